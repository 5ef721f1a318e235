import { ServiceError } from '../http';
import type { World } from '../world';

/** Namespaces that somebody registered since the start, in lower case. */
function registeredSince(world: World): Map<string, boolean> {
  return world.collection<boolean>('registeredProviders');
}

/** Whether the subscription may use a namespace such as `Microsoft.Synapse`: an administrator registers it once (OWN5). */
export function isRegistered(world: World, namespace: string): boolean {
  const isMissing = (world.settings.unregisteredProviders ?? []).some(
    (each) => each.toLowerCase() === namespace.toLowerCase(),
  );
  return !isMissing || registeredSince(world).has(namespace.toLowerCase());
}

export function registerProvider(world: World, namespace: string): void {
  registeredSince(world).set(namespace.toLowerCase(), true);
}

/** @throws ServiceError 409 */
export function refuseUnregistered(world: World, type: string): void {
  const [namespace = ''] = type.split('/');
  if (isRegistered(world, namespace)) return;
  throw new ServiceError(
    409,
    'MissingSubscriptionRegistration',
    `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
  );
}
