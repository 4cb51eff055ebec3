/** A measurement and where it was taken. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** The line that comes nearest to some points. */
export interface FittedLine {
  readonly slope: number
  /** The standard error of the slope: what the points' distance from the line leaves open. */
  readonly slopeError: number
}

/** Least squares. Fewer than three points tell nothing of their error, which is infinite then. */
export function fitLine(points: readonly Point[]): FittedLine {
  const count = points.length
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / count
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / count
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  if (spread === 0) return { slope: 0, slopeError: Number.POSITIVE_INFINITY }
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread
  if (count < 3) return { slope, slopeError: Number.POSITIVE_INFINITY }
  const squares = points.reduce((sum, { x, y }) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  return { slope, slopeError: Math.sqrt(squares / (count - 2) / spread) }
}
