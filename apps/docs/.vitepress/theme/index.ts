import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme";

import OneStepPicture from "../../figures/OneStepPicture.vue";
import OptimumFigure from "../../figures/OptimumFigure.vue";
import PageFrame from "./PageFrame.vue";
import RoomList from "./RoomList.vue";

import "katex/dist/katex.min.css";
import "./style.css";
import "../../figures/explorable.css";
import "../../learn/learn.css";
import "./print.css";
import "../../recipes/recipes.css";

export default {
  extends: DefaultTheme,
  Layout: PageFrame,
  enhanceApp({ app }) {
    app.component("OneStepPicture", OneStepPicture);
    app.component("OptimumFigure", OptimumFigure);
    app.component("RoomList", RoomList);
  },
} satisfies Theme;
