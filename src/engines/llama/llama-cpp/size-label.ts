const UNITS = [
  ['B', 1e9],
  ['M', 1e6],
  ['K', 1e3],
] as const

/** The number of a model's parameters as names of models write it: `7B`, `1.5B`, `270M`. */
export function sizeLabel(parameters: number): string {
  const [unit, scale] = UNITS.find(([, scale]) => parameters >= scale) ?? ['', 1]
  const count = parameters / scale
  return `${count < 10 ? Number(count.toFixed(1)) : Math.round(count)}${unit}`
}
