import { describe, expect, it } from 'vitest';
import { Failure, isFailure } from '../../../electron/contract/failures';
import { EngineAnswer, toFailure } from '../../../electron/docker/toFailure';

const address = 'unix:///run/engine.sock';
const coded = (code: string) => Object.assign(new Error(code), { code });

function valueOf(error: unknown, context = {}): unknown {
  const failure = toFailure(error, { address, ...context });
  return isFailure(failure) ? failure.toValue() : failure;
}

describe('toFailure', () => {
  it.each([
    ['ENOENT', 'absent'],
    ['ENOTFOUND', 'absent'],
    ['EACCES', 'permission'],
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'lost'],
    ['EPIPE', 'lost'],
    ['ETIMEDOUT', 'timeout'],
    ['EAGAIN', 'timeout'],
    ['ENOTSOCK', 'notAnEngine'],
    ['HPE_INVALID_CONSTANT', 'notAnEngine'],
  ])('takes %s for an engine that is %s', (code, reason) => {
    expect(valueOf(coded(code))).toEqual({ code: 'ENGINE_UNREACHABLE', details: { address, reason } });
  });

  it.each([
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '', 'untrusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', '', 'untrusted'],
    ['CERT_HAS_EXPIRED', '', 'expired'],
    ['CERT_NOT_YET_VALID', '', 'notYetValid'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', '', 'wrongName'],
    ['EPROTO', 'ssl3_get_record:wrong version number', 'noTls'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tlsv13 alert certificate required', 'clientRefused'],
  ])('does not call an engine stopped whose TLS failed with %s %s', (code, message, reason) => {
    expect(valueOf(Object.assign(new Error(message), { code }))).toEqual({
      code: 'ENGINE_TLS',
      details: { address, reason, message },
    });
  });

  it('tells a missing image from a missing container by what was asked, not by the words', () => {
    const missing = new EngineAnswer(404, 'no such thing');
    expect(valueOf(missing, { container: 'c' })).toEqual({ code: 'CONTAINER_MISSING', details: { id: 'c' } });
    expect(valueOf(missing, { image: 'i' })).toEqual({ code: 'IMAGE_MISSING', details: { image: 'i' } });
    expect(valueOf(missing)).toEqual({ code: 'ENGINE_REFUSED', details: { status: 404, message: 'no such thing' } });
  });

  it('takes a conflict about an image for one in use', () => {
    expect(valueOf(new EngineAnswer(409, 'conflict'), { image: 'i' })).toEqual({
      code: 'IMAGE_IN_USE',
      details: { image: 'i', containers: [] },
    });
    expect(valueOf(new EngineAnswer(409, 'conflict'), { container: 'c' })).toMatchObject({ code: 'ENGINE_REFUSED' });
  });

  it.each([
    [
      'driver failed programming external connectivity on endpoint web (9f1c): Bind for 127.0.0.1:8000 failed: port is already allocated',
      8000,
    ],
    [
      'driver failed programming external connectivity on endpoint web (9f1c): Error starting userland proxy: listen tcp4 127.0.0.1:18431: bind: address already in use',
      18431,
    ],
    ['rootlessport listen tcp 0.0.0.0:8080: bind: address already in use', 8080],
    ['failed to bind host port for [::1]:9000: address already in use', 9000],
  ])('finds the port in "%s"', (message, port) => {
    expect(valueOf(new EngineAnswer(500, message))).toEqual({
      code: 'PORT_IN_USE',
      details: { port, holder: null, nextFreePort: null },
    });
  });

  it('knows a full disk, and hands on what it has no word for', () => {
    const full = 'write /var/lib/docker/tmp/x: no space left on device';
    expect(valueOf(new EngineAnswer(500, full))).toEqual({ code: 'DISK_FULL', details: { message: full } });
    expect(valueOf(new EngineAnswer(500, 'boom'))).toEqual({
      code: 'ENGINE_REFUSED',
      details: { status: 500, message: 'boom' },
    });
  });

  it('leaves failures and defects what they are', () => {
    const failure = new Failure('CANCELLED', {});
    expect(toFailure(failure, { address })).toBe(failure);
    const defect = new TypeError('x is not a function');
    expect(toFailure(defect, { address })).toBe(defect);
    expect(isFailure(toFailure('thrown text', { address }))).toBe(false);
  });
});
