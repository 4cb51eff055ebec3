import type { ComponentChildren } from 'preact'
import type { Turn, WorkbenchPrompt } from '../api/workbench/workbench-prompt.ts'
import { Button } from '../parts/button.tsx'
import { SettingsEditor, StructureEditor } from './settings-editor.tsx'
import { TurnEditor } from './turn-editor.tsx'
import { VariableText } from './variable-text.tsx'
import { change, prompt } from './workbench-state.ts'

/** All that is sent. */
export function PromptEditor() {
  const { api } = prompt.value
  return (
    <div class="editor">
      {api !== 'complete' && <Conversation prompt={prompt.value} />}
      {api !== 'messages' && <CompletionText prompt={prompt.value} />}
      <Fold title="Sampling" summary={settingsSummary(prompt.value)}>
        <SettingsEditor />
      </Fold>
      {api !== 'complete' && (
        <Fold title="Tools and schema" summary={structureSummary(prompt.value)}>
          <StructureEditor />
        </Fold>
      )}
    </div>
  )
}

interface PromptProps {
  readonly prompt: WorkbenchPrompt
}

function Conversation({ prompt: { system, turns } }: PromptProps) {
  const last = turns.at(-1)
  const put = (changed: readonly Turn[]) => change({ turns: changed })
  const add = () => {
    const id = Math.max(0, ...turns.map((turn) => turn.id)) + 1
    put([...turns, { id, role: last?.role === 'user' ? 'assistant' : 'user', text: '', attachments: [] }])
  }
  return (
    <>
      <section class="turn system" aria-label="System">
        <header>
          <span class="role">System</span>
        </header>
        <VariableText
          label="System"
          value={system}
          minLines={1}
          placeholder="Who the assistant is, and how it responds"
          onChange={(value) => change({ system: value })}
        />
      </section>
      {turns.map((turn, index) => (
        <TurnEditor
          key={turn.id}
          turn={turn}
          isLast={index === turns.length - 1}
          onChange={(changed) => put(turns.with(index, changed))}
          onRemove={turns.length === 1 ? null : () => put(turns.toSpliced(index, 1))}
        />
      ))}
      <div>
        <Button isSmall icon="plus" onClick={add}>
          {last?.role === 'user' ? 'Add an assistant turn (prefill)' : 'Add a user turn'}
        </Button>
      </div>
    </>
  )
}

function CompletionText({ prompt: { text } }: PromptProps) {
  return (
    <section class="turn" aria-label="Prompt of Text Completions">
      <header>
        <span class="role">Text Completions</span>
        <span class="grow" />
        <span
          class="small muted truncate"
          title="It begins with a blank line and “Human:” and ends with “Assistant:”."
        >
          \n\nHuman: … \n\nAssistant:
        </span>
      </header>
      <VariableText
        label="Prompt of Text Completions"
        value={text}
        minLines={6}
        isCode
        onChange={(value) => change({ text: value })}
      />
    </section>
  )
}

interface FoldProps {
  readonly title: string
  /** What is set, so that it can be seen while it is closed. */
  readonly summary: string
  readonly children: ComponentChildren
}

function Fold({ title, summary, children }: FoldProps) {
  return (
    <details class="fold">
      <summary>
        <span>{title}</span>
        <span class="small muted truncate">{summary}</span>
      </summary>
      <div class="form">{children}</div>
    </details>
  )
}

function settingsSummary({ settings }: WorkbenchPrompt): string {
  const { maxTokens, temperature, topP, topK, thinkingTokens, stopSequences } = settings
  const parts = [
    `at most ${maxTokens || '1024'} tokens`,
    temperature && `temperature ${temperature}`,
    topP && `top p ${topP}`,
    topK && `top k ${topK}`,
    thinkingTokens && `thinking ${thinkingTokens} tokens`,
    stopSequences && 'stop sequences',
  ]
  return parts.filter(Boolean).join(', ')
}

function structureSummary({ tools, toolChoice, schema }: WorkbenchPrompt): string {
  const parts = [tools.trim() && `tools: ${toolChoice}`, schema.trim() && 'responds by a schema']
  return parts.filter(Boolean).join(', ') || 'none'
}
