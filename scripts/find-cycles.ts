/** Who imports whom, by path. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/**
 * Cycles of a graph, each as the way from a node back to it. Every group of nodes that reach each other shows up with
 * at least one cycle; a graph without any gives none.
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
