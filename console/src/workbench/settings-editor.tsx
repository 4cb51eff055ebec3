import type { PromptSettings } from '../api/workbench/workbench-prompt.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { change, prompt } from './workbench-state.ts'

interface SettingProps {
  readonly name: keyof PromptSettings
  readonly label: string
  readonly hint: string
  readonly step?: number
  readonly max?: number
}

const EXAMPLE_TOOLS = `[
  {
    "name": "get_weather",
    "description": "The weather in a city",
    "input_schema": {
      "type": "object",
      "properties": { "city": { "type": "string" } },
      "required": ["city"]
    }
  }
]`
const EXAMPLE_SCHEMA = `{
  "type": "object",
  "properties": {
    "title": { "type": "string" },
    "score": { "type": "integer" }
  },
  "required": ["title", "score"],
  "additionalProperties": false
}`

/** How it is sampled. */
export function SettingsEditor() {
  const { api, settings } = prompt.value
  return (
    <>
      <div class="settings">
        <Setting name="maxTokens" label="Max tokens" hint="of output" step={1} />
        <Setting name="temperature" label="Temperature" hint="0 to 1; default 1" step={0.1} max={1} />
        <Setting name="topP" label="Top p" hint="0 to 1; default off" step={0.05} max={1} />
        <Setting name="topK" label="Top k" hint="tokens; default off" step={1} />
        {api !== 'complete' && (
          <Setting name="thinkingTokens" label="Thinking" hint="tokens, from 1024; empty: none" step={1} />
        )}
      </div>
      <Field label="Stop sequences" hint="One a line; \n stands for a line end.">
        {(described) => (
          <textarea
            {...described}
            rows={2}
            class="mono"
            value={settings.stopSequences}
            onInput={({ currentTarget }) => set('stopSequences', currentTarget.value)}
          />
        )}
      </Field>
    </>
  )
}

function Setting({ name, label, hint, step = 1, max }: SettingProps) {
  return (
    <Field label={label} hint={hint}>
      {(described) => (
        <input
          {...described}
          type="number"
          min={0}
          max={max}
          step={step}
          value={prompt.value.settings[name]}
          onInput={({ currentTarget }) => set(name, currentTarget.value)}
        />
      )}
    </Field>
  )
}

function set(name: keyof PromptSettings, value: string): void {
  change({ settings: { ...prompt.value.settings, [name]: value } })
}

/** What the model may call, and the schema that its response follows. */
export function StructureEditor() {
  const { tools, toolChoice, schema } = prompt.value
  const names = toolNames(tools)
  return (
    <>
      <JsonField name="tools" label="Tools" hint="A JSON list." value={tools} example={EXAMPLE_TOOLS} />
      {tools.trim() !== '' && (
        <Field label="Tool choice">
          {(described) => (
            <select
              {...described}
              value={toolChoice}
              onChange={({ currentTarget }) => change({ toolChoice: currentTarget.value })}
            >
              <option value="auto">auto: the model decides</option>
              <option value="any">any: one of them</option>
              <option value="none">none</option>
              {names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <JsonField
        name="schema"
        label="Schema of the response"
        hint="A JSON schema. Empty: the model writes what it wants."
        value={schema}
        example={EXAMPLE_SCHEMA}
      />
    </>
  )
}

interface JsonFieldProps {
  readonly name: 'tools' | 'schema'
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly example: string
}

function JsonField({ name, label, hint, value, example }: JsonFieldProps) {
  return (
    <div class="stack" style={{ gap: '4px' }}>
      <Field label={label} hint={hint} problem={jsonProblem(value)}>
        {(described) => (
          <textarea
            {...described}
            rows={Math.min(14, Math.max(3, value.split('\n').length))}
            class="mono"
            spellcheck={false}
            value={value}
            onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
          />
        )}
      </Field>
      {value.trim() === '' && (
        <div>
          <Button kind="plain" isSmall onClick={() => change({ [name]: example })}>
            Insert an example
          </Button>
        </div>
      )}
    </div>
  )
}

function jsonProblem(text: string): string | null {
  if (text.trim() === '') return null
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'This is not JSON.'
  }
}

function toolNames(tools: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(tools)
    return Array.isArray(list) ? list.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])) : []
  } catch {
    return []
  }
}
