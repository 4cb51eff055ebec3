import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { query, setQuery } from '../router.ts'
import { Field } from './field.tsx'

const TYPING_PAUSE_MS = 300

/** What a filter of the page is set to: a part of the address, so that a view can be sent. */
export function filterValue(name: string, otherwise = ''): string {
  return query.value.get(name) ?? otherwise
}

/** The filters of a page in a row. */
export function Filters({ children }: { readonly children: ComponentChildren }) {
  return (
    <search class="filters" aria-label="Filters">
      {children}
    </search>
  )
}

interface SelectFilterProps {
  readonly name: string
  readonly label: string
  /** The first is what holds without the filter. */
  readonly options: readonly (readonly [value: string, text: string])[]
}

export function SelectFilter({ name, label, options }: SelectFilterProps) {
  const otherwise = options[0]?.[0] ?? ''
  const value = filterValue(name, otherwise)
  // One that is not among them is in the address all the same, and must not seem to be another.
  const all = options.some(([option]) => option === value) ? options : [...options, [value, value] as const]
  return (
    <Field label={label}>
      {(described) => (
        <select
          {...described}
          value={value}
          onChange={({ currentTarget }) => {
            setQuery({ [name]: currentTarget.value === otherwise ? null : currentTarget.value })
          }}
        >
          {all.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

interface TextFilterProps {
  readonly name: string
  readonly label: string
  readonly placeholder?: string
}

/** A text to look for. The address follows once typing pauses. */
export function TextFilter({ name, label, placeholder }: TextFilterProps) {
  const inAddress = filterValue(name)
  const [text, setText] = useState(inAddress)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setText(inAddress), [inAddress])
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <Field label={label}>
      {(described) => (
        <input
          {...described}
          type="search"
          value={text}
          placeholder={placeholder}
          onInput={({ currentTarget: { value } }) => {
            setText(value)
            clearTimeout(timer.current)
            timer.current = setTimeout(() => setQuery({ [name]: value.trim() }), TYPING_PAUSE_MS)
          }}
        />
      )}
    </Field>
  )
}
