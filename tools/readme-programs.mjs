/** The programs that a README shows: each runs by itself, as it would after an installation. */
export function programsOf(readme) {
  return [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);
}

/** The program, which ends with an error where a number is not what its comment says: `// =>` exact, `// ≈` to 12 digits. */
export function checked(code) {
  return code.replaceAll(/^(.+); \/\/ (=>|≈) (.+)$/gm, (_, expression, relation, expected) => {
    const differs =
      relation === "=>" ? `(${expression}) !== ${expected}` : `!(Math.abs((${expression}) / ${expected} - 1) < 1e-11)`;
    return `if (${differs}) throw new Error(String(${expression}));`;
  });
}
