import { useId } from 'preact/hooks'

interface SegmentedProps<T extends string> {
  /** What is chosen, for those who do not see the page. */
  readonly label: string
  readonly value: T
  readonly options: readonly (readonly [value: T, text: string])[]
  readonly onChange: (value: T) => void
}

/** A choice among few, all of them in view. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  const name = useId()
  return (
    <fieldset class="segmented" aria-label={label} style={{ border: 0, margin: 0 }}>
      {options.map(([option, text]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  )
}
