import { useSignal } from '@preact/signals'
import { PromptProblem, type PromptRequest, promptRequest } from '../api/workbench/prompt-request.ts'
import { type CodeLanguage, codeLanguages, requestCode } from '../api/workbench/request-code.ts'
import { Callout } from '../parts/callout.tsx'
import { CodeBlock } from '../parts/code-block.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Segmented } from '../parts/segmented.tsx'
import { currentRow, type Lane, lanesOf, prompt } from './workbench-state.ts'

/** The prompt as programs send it. */
export function CodeDialog({ onClose }: { readonly onClose: () => void }) {
  const lanes = lanesOf(prompt.value)
  const lane = useSignal('0')
  const language = useSignal<CodeLanguage>('curl')
  const chosen = lanes[Number(lane.value)] ?? lanes[0]
  const made = chosen === undefined ? null : makeRequest(chosen)
  const languages = made !== null && typeof made !== 'string' ? codeLanguages(made.path) : []
  const shown = languages.some(([name]) => name === language.value) ? language.value : 'curl'
  const code = made === null || typeof made === 'string' ? '' : requestCode(shown, made, location.origin)
  return (
    <Dialog title="The same as code" onClose={onClose} isWide>
      {lanes.length > 1 && (
        <Segmented
          label="Which of the two"
          value={lane.value}
          options={lanes.map(({ model, api }, index) => [String(index), `${model} (${api})`] as const)}
          onChange={(value) => {
            lane.value = value
          }}
        />
      )}
      {typeof made === 'string' ? (
        <Callout tone="bad">{made}</Callout>
      ) : (
        <>
          <div class="row spread">
            <Segmented
              label="Language"
              value={shown}
              options={languages}
              onChange={(value) => {
                language.value = value
              }}
            />
            <CopyButton text={code} label="Copy" hasText />
          </div>
          <CodeBlock code={code} />
        </>
      )}
    </Dialog>
  )
}

/** The request, or what is wrong with the prompt. */
function makeRequest(lane: Lane): PromptRequest | string {
  try {
    return promptRequest(prompt.value, { ...lane, values: prompt.value.values[currentRow.value] ?? {} })
  } catch (thrown) {
    if (thrown instanceof PromptProblem) return thrown.message
    throw thrown
  }
}
