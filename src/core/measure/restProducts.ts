/**
 * The inner products of rows of which one is known only as what is left of a sum: rest = total - the others.
 *
 * @param gram Of [the others, total]: upper triangle, row by row, diagonal included.
 * @param others How many others there are.
 * @param at The place of the rest among the rows of the result, which has the others in their order and no total.
 * @returns The upper triangle of `others` + 1 rows. What is lost is what 64 bits lose of a difference: it is as exact as the rest is
 *   large against the others.
 */
export function productsWithRest(gram: ArrayLike<number>, others: number, at: number): Float64Array {
  const size = others + 1;
  const place = (i: number, j: number): number => (i <= j ? i * size - (i * (i - 1)) / 2 + (j - i) : place(j, i));
  const of = (i: number, j: number): number => gram[place(i, j)] ?? NaN;
  const indices = Array.from({ length: others }, (_, i) => i);
  const withRest = (i: number): number => indices.reduce((left, j) => left - of(i, j), of(i, others));
  const products = new Float64Array((size * (size + 1)) / 2);
  const rest = indices.map(withRest);
  const placeOf = (i: number): number => (i < at ? i : i + 1);
  for (const i of indices) {
    for (const j of indices.slice(i)) {
      products[place(placeOf(i), placeOf(j))] = of(i, j);
    }
    products[place(placeOf(i), at)] = rest[i] ?? NaN;
  }
  products[place(at, at)] = rest.reduce((left, product) => left - product, withRest(others));
  return products;
}
