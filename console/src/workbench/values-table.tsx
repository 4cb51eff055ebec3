import { promptVariables } from '../api/workbench/variables.ts'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { change, currentRow, isRunning, lanesOf, prompt, runOf, runRows } from './workbench-state.ts'

const API_NAMES = { messages: 'Messages', complete: 'Text Completions' } as const

/** The values of variables: each row is a case, which can be run alone or with all others. */
export function ValuesTable() {
  const names = promptVariables(prompt.value)
  if (names.length === 0) return null
  const { values } = prompt.value
  const lanes = lanesOf(prompt.value)
  const isBoth = prompt.value.api === 'both'
  return (
    <section class="values" aria-label="Values of variables">
      <header class="row spread">
        <h2>Values</h2>
        <div class="row">
          <Button isSmall icon="plus" onClick={() => change({ values: [...values, {}] })}>
            Add a row
          </Button>
          <Button
            isSmall
            icon="play"
            disabled={isRunning()}
            onClick={() => void runRows(values.map((_, row) => row))}
          >
            Run all {values.length > 1 ? `${values.length} rows` : ''}
          </Button>
        </div>
      </header>
      <div class="table-box">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">Shown</span>
              </th>
              {names.map((name) => (
                <th key={name} scope="col">
                  <code>{name}</code>
                </th>
              ))}
              {lanes.map(({ model, api }, lane) => (
                <th key={lane} scope="col">
                  {lanes.length === 1 ? 'Output' : isBoth ? `${model}, ${API_NAMES[api]}` : model}
                </th>
              ))}
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {values.map((_, row) => (
              <ValuesRow key={row} row={row} names={names} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function ValuesRow({ row, names }: { readonly row: number; readonly names: readonly string[] }) {
  const { values } = prompt.value
  const own = values[row] ?? {}
  const set = (name: string, value: string) => change({ values: values.with(row, { ...own, [name]: value }) })
  const remove = () => {
    change({ values: values.toSpliced(row, 1) })
    currentRow.value = 0
  }
  return (
    <tr aria-current={row === currentRow.value ? 'true' : undefined}>
      <td>
        <input
          type="radio"
          name="row"
          aria-label={`Row ${row + 1}`}
          checked={row === currentRow.value}
          onChange={() => {
            currentRow.value = row
          }}
        />
      </td>
      {names.map((name) => (
        <td key={name}>
          <textarea
            rows={1}
            aria-label={`${name} of row ${row + 1}`}
            value={own[name] ?? ''}
            onInput={({ currentTarget }) => set(name, currentTarget.value)}
          />
        </td>
      ))}
      {lanesOf(prompt.value).map((_, lane) => (
        <RowOutput key={lane} row={row} lane={lane} />
      ))}
      <td class="actions">
        <Button
          kind="plain"
          isSmall
          icon="play"
          label={`Run row ${row + 1}`}
          onClick={() => {
            currentRow.value = row
            void runRows([row])
          }}
        />
        {values.length > 1 && (
          <Button kind="plain" isSmall icon="trash" label={`Remove row ${row + 1}`} onClick={remove} />
        )}
      </td>
    </tr>
  )
}

const SHOWN_CHARACTERS = 160

function RowOutput({ row, lane }: { readonly row: number; readonly lane: number }) {
  const run = runOf(row, lane)
  if (run === null) return <td class="muted">–</td>
  const { state, output, failure } = run
  if (state === 'failed') return <td class="problem">{failure?.message}</td>
  return (
    <td class="row-output">
      {state === 'running' && <Icon name="clock" />} {output.text.slice(0, SHOWN_CHARACTERS)}
      {output.text.length > SHOWN_CHARACTERS && '…'}
    </td>
  )
}
