/** Tells errors that stop a worker from errors of the job itself. */
import { AppError } from '../../core/errors.js';

/** The process stops, or somebody else has the job: nothing is wrong with the job itself. */
export function isStop(error: unknown): boolean {
  if (error instanceof DOMException) return true;
  return error instanceof AppError && error.code === 'LEASE_LOST';
}

/** The database could not be read or written. */
export function isStoreFailure(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'STORE_FAILED';
}
