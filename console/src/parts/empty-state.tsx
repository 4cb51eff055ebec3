import type { ComponentChildren } from 'preact'

interface EmptyStateProps {
  readonly title: string
  /** What to do. */
  readonly children?: ComponentChildren
  /** Buttons. */
  readonly action?: ComponentChildren
}

/** What stands in place of a list that has nothing. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div class="row">{action}</div>}
    </div>
  )
}
