import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

interface CalloutProps {
  readonly tone?: 'info' | 'warn' | 'bad'
  readonly children: ComponentChildren
}

/** Something to know before going on. */
export function Callout({ tone = 'info', children }: CalloutProps) {
  return (
    <div class={`callout ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name="warning" />
      <div class="grow">{children}</div>
    </div>
  )
}
