import { type ChartData, sum } from './chart-data.ts'
import { Plot } from './plot.tsx'
import { scaleFor } from './scale.ts'

interface StackedBarsProps {
  readonly label: string
  readonly data: ChartData
  readonly format: (value: number) => string
  readonly isCount?: boolean
  readonly onOpen?: (index: number) => void
}

/** A bar for each label, made of the series above each other. */
export function StackedBars({ label, data, format, isCount = false, onOpen }: StackedBarsProps) {
  const totals = data.labels.map((_, index) => sum(data.series.map(({ values }) => values[index] ?? 0)))
  const scale = scaleFor(Math.max(0, ...totals), { isCount })
  return (
    <Plot {...{ label, data, scale, format, onOpen }}>
      {({ left, step, yOf }) => {
        const gap = Math.min(8, step * 0.22)
        return data.labels.map((_, index) => {
          let below = 0
          return data.series.map(({ name, values }, place) => {
            const value = values[index] ?? 0
            if (value === 0) return null
            const [y, bottom] = [yOf(below + value), yOf(below)]
            below += value
            const x = left + index * step + gap / 2
            return (
              <rect
                key={name}
                class={`series-${place + 1}`}
                {...{ x, y }}
                width={Math.max(1, step - gap)}
                height={Math.max(0.75, bottom - y - (bottom - y > 3 ? 0.75 : 0))}
                rx={Math.min(2, step / 6)}
              />
            )
          })
        })
      }}
    </Plot>
  )
}
