import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  /** What may be written, and with which unit. */
  readonly hint?: ComponentChildren
  /** What is wrong with what was written. */
  readonly problem?: string | null
}

interface Described {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean
}

interface FieldFrameProps extends FieldProps {
  readonly children: (described: Described) => ComponentChildren
}

/** A label with any control: its ids join the two, and hint and problem. */
export function Field({ label, hint, problem, children }: FieldFrameProps) {
  const id = useId()
  const isInvalid = problem !== undefined && problem !== null && problem !== ''
  const about = [hint !== undefined && `${id}-hint`, isInvalid && `${id}-problem`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': about || undefined, 'aria-invalid': isInvalid })}
      {hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {isInvalid && (
        <span class="problem" id={`${id}-problem`} role="alert">
          {problem}
        </span>
      )}
    </div>
  )
}

type TextInputType = 'text' | 'email' | 'password' | 'url' | 'search' | 'datetime-local' | 'date' | 'number'

interface TextFieldProps extends FieldProps {
  readonly value: Signal<string>
  readonly type?: TextInputType
  readonly required?: boolean
  readonly maxLength?: number
  readonly min?: number | string
  readonly max?: number | string
  readonly step?: number | 'any'
  readonly placeholder?: string
  readonly autocomplete?: string
  readonly autofocus?: boolean
  readonly disabled?: boolean
}

/** Joins the text of a control with a signal. */
function textOf(value: Signal<string>) {
  return {
    value: value.value,
    onInput(event: { readonly currentTarget: { readonly value: string } }) {
      value.value = event.currentTarget.value
    },
  }
}

/** One line of text, or a number, in a signal. */
export function TextField({ label, hint, problem, value, type = 'text', ...input }: TextFieldProps) {
  return (
    <Field {...{ label, hint, problem }}>
      {(described) => <input {...described} {...input} type={type as 'text'} {...textOf(value)} />}
    </Field>
  )
}

interface TextAreaFieldProps extends FieldProps {
  readonly value: Signal<string>
  readonly rows?: number
  readonly required?: boolean
  readonly placeholder?: string
  /** For JSON and code. */
  readonly isCode?: boolean
}

export function TextAreaField({ label, hint, problem, value, isCode = false, ...area }: TextAreaFieldProps) {
  return (
    <Field {...{ label, hint, problem }}>
      {(described) => (
        <textarea
          {...described}
          {...area}
          class={isCode ? 'mono' : undefined}
          spellcheck={!isCode}
          {...textOf(value)}
        />
      )}
    </Field>
  )
}

interface SelectFieldProps extends FieldProps {
  readonly value: Signal<string>
  readonly options: readonly (readonly [value: string, text: string])[]
  readonly disabled?: boolean
}

export function SelectField({ label, hint, problem, value, options, disabled }: SelectFieldProps) {
  return (
    <Field {...{ label, hint, problem }}>
      {(described) => (
        <select
          {...described}
          disabled={disabled}
          value={value.value}
          onChange={(event) => {
            value.value = event.currentTarget.value
          }}
        >
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

interface CheckFieldProps {
  readonly label: ComponentChildren
  readonly value: Signal<boolean>
  readonly disabled?: boolean
}

export function CheckField({ label, value, disabled }: CheckFieldProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        disabled={disabled}
        checked={value.value}
        onChange={(event) => {
          value.value = event.currentTarget.checked
        }}
      />
      <span>{label}</span>
    </label>
  )
}
