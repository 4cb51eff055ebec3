import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { ChartData } from './chart-data.ts'
import { labelStep, type Scale } from './scale.ts'
import { useWidth } from './use-width.ts'

/** The axis is as wide as its longest label, so that none is cut. */
const MIN_AXIS_WIDTH = 40
const CHARACTER_WIDTH = 7
const LABELS_HEIGHT = 22
const LABEL_WIDTH = 62

/** Where the values of a chart are on the page. */
export interface PlotArea {
  readonly left: number
  readonly width: number
  readonly height: number
  /** The width of each label's place. */
  readonly step: number
  readonly yOf: (value: number) => number
}

interface PlotProps {
  readonly label: string
  readonly data: ChartData
  readonly scale: Scale
  readonly format: (value: number) => string
  readonly height?: number
  readonly children: (area: PlotArea, hovered: number | null) => ComponentChildren
  /** A click on a label's place. */
  readonly onOpen?: (index: number) => void
}

/** The axes of a chart, and what is under the pointer. Those who do not see it read the table. */
export function Plot({ label, data, scale, format, height = 210, children, onOpen }: PlotProps) {
  const [box, width] = useWidth<HTMLDivElement>()
  const [hovered, setHovered] = useState<number | null>(null)
  const count = Math.max(1, data.labels.length)
  const longest = Math.max(...scale.ticks.map((tick) => format(tick).length))
  const axisWidth = Math.max(MIN_AXIS_WIDTH, longest * CHARACTER_WIDTH + 14)
  const plotWidth = Math.max(1, width - axisWidth - 4)
  const step = plotWidth / count
  const yOf = (value: number) => height - (value / scale.max) * (height - 8)
  const shownEvery = labelStep(count, Math.floor(plotWidth / LABEL_WIDTH))
  const indexAt = (event: MouseEvent) => {
    const { left } = (event.currentTarget as Element).getBoundingClientRect()
    const index = Math.floor((event.clientX - left - axisWidth) / step)
    return index >= 0 && index < data.labels.length ? index : null
  }
  return (
    <div class="plot" ref={box}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the table has the same as buttons */}
      <svg
        role="img"
        aria-label={label}
        width={width}
        height={height + LABELS_HEIGHT}
        class={onOpen && 'opens'}
        onMouseMove={(event) => setHovered(indexAt(event))}
        onMouseLeave={() => setHovered(null)}
        onClick={(event) => {
          const index = indexAt(event)
          if (index !== null) onOpen?.(index)
        }}
      >
        {scale.ticks.map((tick) => (
          <g key={tick}>
            <line
              class={tick === 0 ? 'base' : 'rule'}
              x1={axisWidth}
              x2={width}
              y1={yOf(tick)}
              y2={yOf(tick)}
            />
            <text x={axisWidth - 8} y={yOf(tick) + 4} text-anchor="end">
              {format(tick)}
            </text>
          </g>
        ))}
        {hovered !== null && (
          <rect class="hover" x={axisWidth + hovered * step} y={0} width={step} height={height} />
        )}
        {children({ left: axisWidth, width: plotWidth, height, step, yOf }, hovered)}
        {data.labels.map(
          (text, index) =>
            index % shownEvery === 0 && (
              <text
                key={data.titles[index]}
                x={axisWidth + (index + 0.5) * step}
                y={height + 16}
                text-anchor="middle"
              >
                {text}
              </text>
            ),
        )}
      </svg>
      {hovered !== null && (
        <Hovered data={data} index={hovered} format={format} isRight={hovered > count / 2} />
      )}
    </div>
  )
}

interface HoveredProps {
  readonly data: ChartData
  readonly index: number
  readonly format: (value: number) => string
  readonly isRight: boolean
}

function Hovered({ data, index, format, isRight }: HoveredProps) {
  const rows = data.series.map(({ name, values }, place) => ({ name, place, value: values[index] ?? 0 }))
  return (
    <div class={isRight ? 'hovered at-start' : 'hovered'} aria-hidden="true">
      <strong>{data.titles[index]}</strong>
      {rows
        .filter(({ value }) => value !== 0 && Number.isFinite(value))
        .map(({ name, place, value }) => (
          <div key={name}>
            <i class={`swatch series-${place + 1}`} />
            <span class="grow truncate">{name}</span>
            <b>{format(value)}</b>
          </div>
        ))}
    </div>
  )
}
