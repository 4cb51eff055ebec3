import { splitAtVariables } from '../api/workbench/variables.ts'

interface VariableTextProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly placeholder?: string
  readonly minLines?: number
  readonly isCode?: boolean
}

/** A text that grows with what is written, in which variables are marked. The marks are beneath a text field of the same shape. */
export function VariableText({
  label,
  value,
  onChange,
  placeholder,
  minLines = 2,
  isCode = false,
}: VariableTextProps) {
  return (
    <div class={isCode ? 'variable-text mono' : 'variable-text'} style={{ '--lines': String(minLines) }}>
      <div aria-hidden="true">
        {splitAtVariables(value).map(({ text, variable }, index) =>
          variable === null ? text : <mark key={index}>{text}</mark>,
        )}
        {'\n'}
      </div>
      <textarea
        rows={1}
        aria-label={label}
        value={value}
        placeholder={placeholder}
        spellcheck={!isCode}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </div>
  )
}
