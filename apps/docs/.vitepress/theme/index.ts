import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme";

import OneStepPicture from "../../figures/OneStepPicture.vue";
import OptimumFigure from "../../figures/OptimumFigure.vue";

import "katex/dist/katex.min.css";
import "./style.css";
import "../../figures/explorable.css";
import "../../learn/learn.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("OneStepPicture", OneStepPicture);
    app.component("OptimumFigure", OptimumFigure);
  },
} satisfies Theme;
