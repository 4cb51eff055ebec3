import type { ComponentChildren } from 'preact'

interface Tile {
  readonly title: string
  readonly value: ComponentChildren
  /** The unit, or what the value is of. */
  readonly note?: ComponentChildren
}

/** The figures that matter most, in a row. */
export function Tiles({ tiles }: { readonly tiles: readonly Tile[] }) {
  return (
    <dl class="tiles">
      {tiles.map(({ title, value, note }) => (
        <div key={title} class="card tile">
          <dt>{title}</dt>
          <dd>
            {value} {note && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
