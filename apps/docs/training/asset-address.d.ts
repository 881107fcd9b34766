/** The address of a file that the build puts beside the pages. */
declare module "*?url" {
  const address: string;
  export default address;
}
