interface ModelSelectProps {
  readonly label: string
  readonly value: string
  readonly models: readonly { readonly id: string; readonly displayName: string }[]
  /** What no model means; left out where there must be one. */
  readonly none?: string
  readonly onChange: (model: string) => void
}

export function ModelSelect({ label, value, models, none, onChange }: ModelSelectProps) {
  const isKnown = value === '' || models.some(({ id }) => id === value)
  return (
    <select aria-label={label} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      {none !== undefined && <option value="">{none}</option>}
      {!isKnown && <option value={value}>{value}</option>}
      {models.map(({ id }) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </select>
  )
}
