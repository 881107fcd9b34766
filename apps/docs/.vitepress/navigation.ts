import type { DefaultTheme } from "vitepress";

/** The five rooms of the site. */
export const nav: DefaultTheme.NavItem[] = [
  { text: "Learn", link: "/learn/one-step", activeMatch: "^/learn/" },
  { text: "Reference", link: "/reference/laws", activeMatch: "^/reference/" },
];

/** What stands in each room, in the order in which it is read. */
export const sidebar: DefaultTheme.SidebarMulti = {
  "/learn/": [
    {
      text: "The paper",
      items: [
        { text: "A prompt and one step", link: "/learn/one-step" },
        { text: "Theorem 1: the step is learned", link: "/learn/theorem-1" },
      ],
    },
    {
      text: "Beyond the paper",
      items: [
        { text: "Depth: every layer a step", link: "/learn/depth" },
        { text: "Dynamics: plateaus, predicted", link: "/learn/dynamics" },
        { text: "Shift: another law at test", link: "/learn/shift" },
      ],
    },
  ],
  "/reference/": [
    {
      text: "Reference",
      items: [
        { text: "Laws", link: "/reference/laws" },
        { text: "Does it apply?", link: "/reference/certificate" },
      ],
    },
  ],
};
