import type { ChartData } from './chart-data.ts'
import { Plot } from './plot.tsx'
import { scaleFor } from './scale.ts'

interface LinesProps {
  readonly label: string
  readonly data: ChartData
  readonly format: (value: number) => string
  readonly height?: number
  readonly isCount?: boolean
}

/** A line for each series; where a value is not a number, the line has a gap. */
export function Lines({ label, data, format, height, isCount = false }: LinesProps) {
  const values = data.series.flatMap((series) => series.values).filter(Number.isFinite)
  const scale = scaleFor(Math.max(0, ...values), { isCount, tickCount: 3 })
  return (
    <Plot {...{ label, data, scale, format, height }}>
      {({ left, step, yOf }, hovered) =>
        data.series.map((series, place) => {
          const xOf = (index: number) => left + (index + 0.5) * step
          const at = hovered === null ? Number.NaN : (series.values[hovered] ?? Number.NaN)
          return (
            <g key={series.name} class={`line series-${place + 1}`}>
              <path d={linePath(series.values, xOf, yOf)} />
              {hovered !== null && Number.isFinite(at) && <circle cx={xOf(hovered)} cy={yOf(at)} r={3.5} />}
            </g>
          )
        })
      }
    </Plot>
  )
}

/** The path of a line through values, with gaps where there is none. */
export function linePath(
  values: readonly number[],
  xOf: (index: number) => number,
  yOf: (value: number) => number,
): string {
  let isDown = false
  const parts = values.map((value, index) => {
    if (!Number.isFinite(value)) {
      isDown = false
      return ''
    }
    const command = isDown ? 'L' : 'M'
    isDown = true
    return `${command}${xOf(index).toFixed(1)} ${yOf(value).toFixed(1)}`
  })
  return parts.join('')
}
