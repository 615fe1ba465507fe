/** Distinguishes errors that stop a worker from errors of the job itself. */
import { AppError } from '../../core/errors.js';

/** True if the process stops or another process has the lease: the job itself has not failed. */
export function isStop(error: unknown): boolean {
  if (error instanceof DOMException) return true;
  return error instanceof AppError && error.code === 'LEASE_LOST';
}

/** True if the database could not be read or written. */
export function isStoreFailure(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'STORE_FAILED';
}
