import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { callApi } from '../api/call-api.ts'
import { loadSession } from '../api/session.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../parts/button.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { hrefOf, navigate } from '../router.ts'

interface SignInFormProps {
  readonly title: string
  readonly about: ComponentChildren
  /** The fields. */
  readonly children: ComponentChildren
  readonly button: string
  readonly path: string
  readonly body: () => object
  /** Whether the address is that of a link, which is used then: the first page follows. */
  readonly isOfLink?: boolean
  /** What else one may do. */
  readonly footer?: ComponentChildren
}

/** A form after which one has logged in. */
export function SignInForm(props: SignInFormProps) {
  const { title, about, children, button, path, body, isOfLink = false, footer } = props
  useEffect(() => {
    document.title = `${title} · Continuo`
  }, [title])
  const action = useAction(async () => {
    await callApi(path, { method: 'POST', body: body() })
    if (isOfLink) navigate(hrefOf('/'), { replace: true })
    await loadSession()
  })
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <main class="plain-page">
      <form class="card stack" onSubmit={submit}>
        <h1>{title}</h1>
        <p class="muted">{about}</p>
        {children}
        {action.error && <ErrorState error={action.error} />}
        <Button kind="primary" type="submit" isBusy={action.isRunning}>
          {button}
        </Button>
        {footer}
      </form>
    </main>
  )
}
