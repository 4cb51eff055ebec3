import type { Session } from '../api/session.ts'
import { EmptyState } from '../parts/empty-state.tsx'

/** Where somebody says who they are. */
export function LoginPage({ session: { organization } }: { readonly session: Session }) {
  return (
    <main class="plain-page">
      <EmptyState title={organization?.name ?? 'Continuo'}>A login is needed here.</EmptyState>
    </main>
  )
}
