/** The imports of each file, by path. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/**
 * Cycles of a graph, each as the path from a node back to itself. Every strongly connected component has at least one
 * cycle in the result; a graph without cycles has none.
 */
export function findCycles(graph: ImportGraph): string[][] {
  const cycles: string[][] = []
  const done = new Set<string>()
  const way: string[] = []
  const visit = (node: string): void => {
    const start = way.indexOf(node)
    if (start !== -1) {
      cycles.push([...way.slice(start), node])
      return
    }
    if (done.has(node)) return
    way.push(node)
    for (const target of graph.get(node) ?? []) visit(target)
    way.pop()
    done.add(node)
  }
  for (const node of graph.keys()) visit(node)
  return cycles
}
