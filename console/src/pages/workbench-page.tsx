import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { callApi } from '../api/call-api.ts'
import { loadPrompt } from '../api/prompts.ts'
import type { LoggedRequest } from '../api/requests.ts'
import { may, session } from '../api/session.ts'
import { useAction } from '../api/use-action.ts'
import { useJson } from '../api/use-json.ts'
import { EMPTY_PROMPT, type PromptApi, readPrompt } from '../api/workbench/workbench-prompt.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { Callout } from '../parts/callout.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Segmented } from '../parts/segmented.tsx'
import { hrefOf, navigate, query, setQuery } from '../router.ts'
import { CodeDialog } from '../workbench/code-dialog.tsx'
import { ModelSelect } from '../workbench/model-select.tsx'
import { OutputPanel } from '../workbench/output-panel.tsx'
import { PromptEditor } from '../workbench/prompt-editor.tsx'
import { OpenDialog, SaveDialog, VersionsDialog } from '../workbench/saved-prompts.tsx'
import { TokenCounter } from '../workbench/token-counter.tsx'
import { ValuesTable } from '../workbench/values-table.tsx'
import {
  change,
  currentRow,
  isChanged,
  isRunning,
  openPrompt,
  prompt,
  runRows,
  runs,
  sentPrompt,
  show,
  startWorkbench,
  stopAll,
} from '../workbench/workbench-state.ts'

interface Model {
  readonly id: string
  readonly displayName: string
}

type OpenedDialog = 'code' | 'save' | 'open' | 'versions'

/** Where a prompt is tried. */
export function WorkbenchPage() {
  const models = useJson<{ data: readonly Model[] }>('/v1/models', { limit: 1000 })
  const dialog = useSignal<OpenedDialog | null>(null)
  const problem = useOpenedByAddress()
  const list = models.data?.data ?? []
  // The server's own models come before the ids of Claude that they also respond to.
  const first = (list.find(({ id }) => !id.startsWith('claude-')) ?? list[0])?.id
  const asked = query.value.get('model')
  useEffect(() => {
    if (first === undefined) return
    startWorkbench(first)
    if (asked === null) return
    change({ model: asked })
    setQuery({ model: null })
  }, [first, asked])
  useEffect(() => {
    const run = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      void runRows([currentRow.value])
    }
    addEventListener('keydown', run)
    return () => removeEventListener('keydown', run)
  }, [])
  const close = () => {
    dialog.value = null
  }
  return (
    <>
      <PageHeader title={openPrompt.value?.name ?? 'Workbench'} actions={<Actions dialog={dialog} />}>
        {openPrompt.value === null ? (
          'Try a prompt on the models of this server, then copy it as code.'
        ) : (
          <VersionLine />
        )}
      </PageHeader>
      {models.error && <ErrorState error={models.error} onRetry={models.reload} />}
      {problem}
      <Toolbar models={list} />
      <div class="workbench">
        <PromptEditor />
        <OutputPanel />
      </div>
      <ValuesTable />
      <NextStep />
      {dialog.value === 'code' && <CodeDialog onClose={close} />}
      {dialog.value === 'save' && <SaveDialog onClose={close} />}
      {dialog.value === 'open' && <OpenDialog onClose={close} />}
      {dialog.value === 'versions' && <VersionsDialog onClose={close} />}
    </>
  )
}

/** Where one goes from a prompt that works. */
function NextStep() {
  const hasRun = [...runs.value.values()].some(({ state }) => state === 'done')
  const hasKeys = session.value?.features.includes('state') === true && may('write:api_keys')
  if (!hasRun || !hasKeys) return null
  return (
    <p class="next-step small muted">
      Next: <a href={hrefOf('/api_keys')}>create an API key</a>, and send this from a program, as “Get code”
      writes it. What it uses is then in{' '}
      <a href={hrefOf('/usage', { by: 'api_key_id', range: '1h' })}>Usage</a>.
    </p>
  )
}

function VersionLine() {
  return (
    <span class="row">
      <Badge tone="info">version {openPrompt.value?.version}</Badge>
      {isChanged.value && <Badge tone="warn">changed since</Badge>}
    </span>
  )
}

function Actions({ dialog }: { readonly dialog: { value: OpenedDialog | null } }) {
  const open = (name: OpenedDialog) => () => {
    dialog.value = name
  }
  const startNew = () => {
    const { model } = prompt.value
    show({ ...EMPTY_PROMPT, model }, null)
    navigate(hrefOf('/workbench'))
  }
  const keepsPrompts = session.value?.features.includes('state') === true
  return (
    <>
      <Button kind="plain" icon="plus" onClick={startNew}>
        New
      </Button>
      {keepsPrompts && (
        <>
          <Button kind="plain" icon="list" onClick={open('open')}>
            Open
          </Button>
          {openPrompt.value !== null && (
            <Button kind="plain" icon="clock" onClick={open('versions')}>
              Versions
            </Button>
          )}
          <Button kind="plain" icon="file" onClick={open('save')}>
            Save
          </Button>
        </>
      )}
      <Button icon="code" onClick={open('code')}>
        Get code
      </Button>
    </>
  )
}

const APIS: readonly (readonly [PromptApi, string])[] = [
  ['messages', 'Messages'],
  ['complete', 'Text Completions'],
  ['both', 'Both'],
]

function Toolbar({ models }: { readonly models: readonly Model[] }) {
  const { api, model, otherModel } = prompt.value
  return (
    <div class="workbench-bar">
      <Segmented label="API" value={api} options={APIS} onChange={(value) => change({ api: value })} />
      <ModelSelect
        label="Model"
        value={model}
        models={models}
        onChange={(value) => change({ model: value })}
      />
      <ModelSelect
        label="Second model"
        value={otherModel}
        models={models}
        none={api === 'both' ? 'the same model' : 'compare with…'}
        onChange={(value) => change({ otherModel: value })}
      />
      <span class="grow" />
      <TokenCounter />
      {isRunning() ? (
        <Button icon="stop" onClick={stopAll}>
          Stop
        </Button>
      ) : (
        <Button
          kind="primary"
          icon="play"
          disabled={model === ''}
          onClick={() => void runRows([currentRow.value])}
        >
          Run
        </Button>
      )}
    </div>
  )
}

/** Opens the saved prompt or the logged request that the address names. Returns what to say about it. */
function useOpenedByAddress() {
  const [id, version, requestId] = ['prompt', 'version', 'request'].map((name) => query.value.get(name))
  const missing = useSignal<string | null>(null)
  const open = useAction(async () => {
    missing.value = null
    if (requestId) missing.value = await openRequest(requestId)
    if (!id) return
    const number = version ? Number(version) : null
    if (openPrompt.value?.id === id && (number === null || openPrompt.value.version === number)) return
    const { saved, version: shown, content } = await loadPrompt(id, number)
    show(readPrompt(content), { id, name: saved.name, version: shown })
  })
  useEffect(() => void open.run(), [id, version, requestId])
  if (open.error !== null) return <ErrorState error={open.error} onRetry={() => void open.run()} />
  return missing.value === null ? null : <Callout>{missing.value}</Callout>
}

/** Shows what a request sent, as far as it is known: the log has no prompts, this browser may have its own. */
async function openRequest(requestId: string): Promise<string | null> {
  const kept = sentPrompt(requestId)
  if (kept !== null) {
    show(kept, null)
    return null
  }
  const request = await callApi<LoggedRequest>(`/continuo/requests/${encodeURIComponent(requestId)}`)
  const api = request.path.startsWith('/v1/complet') ? 'complete' : 'messages'
  show({ ...EMPTY_PROMPT, api, model: request.model }, null)
  return `This is the model and the API of ${requestId}. Its prompt is not shown: the log keeps none, and it was not sent from this browser.`
}
