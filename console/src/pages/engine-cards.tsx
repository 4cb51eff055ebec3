import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { callApi } from '../api/call-api.ts'
import { ENGINES, type Engine, enginePath, openRequests } from '../api/engines.ts'
import { may } from '../api/session.ts'
import { useAction } from '../api/use-action.ts'
import { useJson } from '../api/use-json.ts'
import { Badge, type Tone } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { formatBytes, formatCompact, formatCount } from '../parts/format.ts'
import { Skeleton } from '../parts/skeleton.tsx'
import { Time } from '../parts/time.tsx'
import { hrefOf } from '../router.ts'
import { AddModelDialog } from './add-model-dialog.tsx'

const POLL_MS = 2000
const TONES: Readonly<Record<Engine['state'], Tone>> = {
  ...{ ready: 'good', loading: 'info', downloading: 'info', unloaded: 'neutral' },
  ...{ unresponsive: 'bad', failed: 'bad', draining: 'warn' },
}
const STATES: Partial<Record<Engine['state'], string>> = {
  unresponsive: 'does not respond',
  draining: 'ends',
  unloaded: 'not loaded',
}

/** The engines, each with its model, and a way to add one. */
export function EngineCards() {
  const engines = useJson<{ data: readonly Engine[] }>(ENGINES, {}, { pollMs: POLL_MS })
  const isAdding = useSignal(false)
  return (
    <>
      <div class="row spread">
        <h2>Engines</h2>
        {may('write:engines') && (
          <Button
            icon="plus"
            onClick={() => {
              isAdding.value = true
            }}
          >
            Add a model
          </Button>
        )}
      </div>
      {engines.error && <ErrorState error={engines.error} onRetry={engines.reload} />}
      {engines.data === null && engines.error === null && <Skeleton lines={4} />}
      <ul class="grid engine-cards" aria-label="Engines">
        {engines.data?.data.map((engine) => (
          <EngineCard key={engine.name} engine={engine} onChange={engines.reload} />
        ))}
      </ul>
      {isAdding.value && (
        <AddModelDialog
          onDone={engines.reload}
          onClose={() => {
            isAdding.value = false
          }}
        />
      )}
    </>
  )
}

interface EngineProps {
  readonly engine: Engine
  readonly onChange: () => void
}

function EngineCard({ engine, onChange }: EngineProps) {
  const { name, modelId, description, state, download } = engine
  return (
    <li class="card stack" aria-label={name}>
      <div class="row spread">
        <h3 class="truncate" title={name}>
          {name}
        </h3>
        <Badge tone={TONES[state]}>{STATES[state] ?? state}</Badge>
      </div>
      {description !== '' && <p class="small muted engine-description">{description}</p>}
      {download !== null && <Download download={download} />}
      <dl class="facts small">
        {factsOf(engine).map(([title, value]) => (
          <>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <div class="row engine-actions">
        {download === null && (
          <a class="button small" href={hrefOf('/workbench', { model: modelId })}>
            Try it
          </a>
        )}
        {may('write:engines') && <Actions {...{ engine, onChange }} />}
      </div>
    </li>
  )
}

function Download({
  download: { bytes, totalBytes, error },
}: {
  readonly download: NonNullable<Engine['download']>
}) {
  if (error !== null) return <p class="problem-text">{error}</p>
  const words =
    totalBytes === null
      ? `${formatBytes(bytes)} so far`
      : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`
  return (
    <div class="download">
      <progress value={totalBytes === null ? undefined : bytes} max={totalBytes ?? 1} aria-label={words} />
      <span class="small muted">{words}</span>
    </div>
  )
}

function factsOf(engine: Engine): readonly (readonly [string, ComponentChildren])[] {
  const { modelId, contextWindowTokens, sequences, requestsInFlight, model, loadedAt } = engine
  if (engine.download !== null) return []
  const facts: (readonly [string, ComponentChildren] | false)[] = [
    ['Model id', <code key="id">{modelId}</code>],
    contextWindowTokens !== null && ['Context', contextOf(engine)],
    sequences !== null && [
      'Requests',
      `${sequences.busy} of at most ${sequences.max} run, ${sequences.queuedRequests} of at most ${sequences.maxQueuedRequests} wait`,
    ],
    requestsInFlight !== null && ['Requests', `${formatCount(requestsInFlight)} in flight`],
    model !== null && ['Memory', memoryOf(model)],
    model !== null && ['Weights', weightsOf(model)],
    model !== null && ['Threads', formatCount(model.threads)],
    loadedAt !== null && ['Loaded', <Time key="at" at={loadedAt} />],
  ]
  return facts.filter((fact) => fact !== false)
}

function contextOf({ contextWindowTokens, model }: Engine): string {
  const window = `${formatCount(contextWindowTokens ?? 0)} tokens`
  return model === null
    ? window
    : `${window} of the ${formatCount(model.trainedContextTokens)} that it was trained on`
}

function memoryOf({ memoryBytes, maxMemoryBytes }: NonNullable<Engine['model']>): string {
  const now = formatBytes(memoryBytes)
  return maxMemoryBytes > memoryBytes ? `${now}, up to ${formatBytes(maxMemoryBytes)} with full windows` : now
}

function weightsOf({ quantization, parameters, fileBytes }: NonNullable<Engine['model']>): string {
  return [`${formatCompact(parameters)} parameters`, quantization, formatBytes(fileBytes)]
    .filter(Boolean)
    .join(', ')
}

/** Loading and unloading, of models for which the server allows it. */
function Actions({ engine, onChange }: EngineProps) {
  const { isOnDemand, state, name } = engine
  const isAsking = useSignal(false)
  const change = useAction(async (action: 'load' | 'unload' | null) => {
    const path = enginePath(engine)
    if (action === null) await callApi(path, { method: 'DELETE' })
    else await callApi(`${path}/${action}`, { body: {} })
    onChange()
  })
  const unload = () => {
    if (openRequests(engine) > 0) isAsking.value = true
    else void change.run('unload')
  }
  const button = (text: string, onClick: () => void) => (
    <Button isSmall isBusy={change.isRunning} onClick={onClick} label={`${text} ${name}`}>
      {text}
    </Button>
  )
  return (
    <>
      {state === 'downloading' && button('Cancel', () => void change.run(null))}
      {state === 'failed' && button('Dismiss', () => void change.run(null))}
      {isOnDemand && state === 'unloaded' && button('Load', () => void change.run('load'))}
      {isOnDemand && ['ready', 'unresponsive'].includes(state) && button('Unload', unload)}
      {change.error && <ErrorState error={change.error} />}
      {isAsking.value && (
        <ConfirmDialog
          title={`Unload ${name}?`}
          action="Unload"
          onConfirm={async () => {
            await callApi(`${enginePath(engine)}/unload`, { body: {}, query: { force: true } })
            onChange()
          }}
          onClose={() => {
            isAsking.value = false
          }}
        >
          <p>
            Requests that run or wait: {formatCount(openRequests(engine))}. They fail with status 529, which
            clients send again.
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}
