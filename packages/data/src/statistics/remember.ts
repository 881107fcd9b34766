/** A function of a whole number that is computed once for each. */
export function rememberByLength<Value>(compute: (length: number) => Value): (length: number) => Value {
  const known = new Map<number, Value>();
  return (length) => {
    let value = known.get(length);
    if (value === undefined) known.set(length, (value = compute(length)));
    return value;
  };
}
