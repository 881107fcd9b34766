import { lawCatalogue, type CatalogueEntry } from "@onestep/data";

/** Read when the site is built: the catalogue of that moment, one entry for every law file in the project. */
const loader: { load(): readonly CatalogueEntry[] } = { load: () => lawCatalogue };

export declare const data: readonly CatalogueEntry[];
export default loader;
