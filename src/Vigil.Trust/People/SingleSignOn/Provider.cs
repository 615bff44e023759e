using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Vigil.Trust;

/// <summary>
/// What the identity provider says of itself (OpenID Connect Discovery 1.0) and its keys: read through
/// <see cref="Outbound"/> only, kept, and read again when they are old or a key is unknown.
/// </summary>
internal sealed class Provider : IDisposable
{
    private const int MaxAnswerBytes = 512 * 1024;

    private readonly SingleSignOnOptions _options;
    private readonly Outbound _outbound;
    private readonly TimeProvider _time;

    /// <summary>The race it prevents: many sign-ins at once that each read the provider's description.</summary>
    private readonly SemaphoreSlim _reading = new(1, 1);
    private OpenIdConnectConfiguration? _known;
    private DateTimeOffset _readAt;

    public Provider(SingleSignOnOptions options, Outbound outbound, TimeProvider time) =>
        (_options, _outbound, _time) = (options, outbound, time);

    /// <exception cref="SignOnException">The provider does not answer, or answers for another.</exception>
    public Task<OpenIdConnectConfiguration> FindAsync(CancellationToken cancellation) =>
        _known is { } known && _time.GetUtcNow() - _readAt < _options.KeysFor
            ? Task.FromResult(known)
            : ReadAsync(_options.KeysFor, cancellation);

    /// <summary>A key is unknown: the provider may have new ones. As it was, when it was read just now.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public Task<OpenIdConnectConfiguration> RefreshAsync(CancellationToken cancellation) =>
        ReadAsync(_options.RefetchAfter, cancellation);

    /// <summary>Takes the code to the provider. Gives the id token.</summary>
    /// <exception cref="SignOnException">The provider refuses the code, or does not answer.</exception>
    public async Task<string> RedeemAsync(
        OpenIdConnectConfiguration provider,
        string code,
        SignOnAttempt attempt,
        CancellationToken cancellation
    )
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = attempt.RedirectUri,
            ["client_id"] = _options.ClientId,
            ["code_verifier"] = attempt.Verifier,
        };
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_options.ClientSecret is { } secret)
        {
            var methods = provider.TokenEndpointAuthMethodsSupported;
            if (methods.Count == 0 || methods.Contains("client_secret_basic"))
            {
                headers["Authorization"] = "Basic " + Basic(_options.ClientId, secret);
            }
            else
            {
                form["client_secret"] = secret;
            }
        }
        var answer = await FetchAsync(provider.TokenEndpoint, form, headers, cancellation);
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            return answer.Status == 200 && json.RootElement.GetProperty("id_token").GetString() is { } token
                ? token
                : throw SignOnException.Refused("code_refused");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw SignOnException.Refused("code_refused");
        }
    }

    private async Task<OpenIdConnectConfiguration> ReadAsync(
        TimeSpan unlessWithin,
        CancellationToken cancellation
    )
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            if (_known is { } known && _time.GetUtcNow() - _readAt < unlessWithin)
            {
                return known;
            }
            var found = await ReadAsync(cancellation);
            (_known, _readAt) = (found, _time.GetUtcNow());
            return found;
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<OpenIdConnectConfiguration> ReadAsync(CancellationToken cancellation)
    {
        var about = await FetchAsync(
            _options.Issuer.TrimEnd('/') + "/.well-known/openid-configuration",
            null,
            [],
            cancellation
        );
        try
        {
            var found = OpenIdConnectConfiguration.Create(Encoding.UTF8.GetString(about.Body));
            if (found.Issuer != _options.Issuer)
            {
                throw SignOnException.Unavailable("another_issuer");
            }
            var keys = await FetchAsync(found.JwksUri, null, [], cancellation);
            foreach (var key in new JsonWebKeySet(Encoding.UTF8.GetString(keys.Body)).GetSigningKeys())
            {
                found.SigningKeys.Add(key);
            }
            return found;
        }
        catch (Exception e) when (e is ArgumentException or JsonException or FormatException)
        {
            throw SignOnException.Unavailable("bad_description");
        }
    }

    private async Task<FetchedAnswer> FetchAsync(
        string? url,
        IReadOnlyDictionary<string, string>? form,
        Dictionary<string, string> headers,
        CancellationToken cancellation
    )
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
        {
            throw SignOnException.Unavailable("bad_description");
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.AnswerTimeout);
        try
        {
            return await _outbound.FetchAsync(address, form, headers, MaxAnswerBytes, limit.Token);
        }
        catch (OutboundException e)
        {
            throw SignOnException.Unavailable(e.Code);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw SignOnException.Unavailable("timed_out");
        }
    }

    /// <summary>RFC 6749, 2.3.1: both are form-encoded before they are joined.</summary>
    private static string Basic(string id, string secret) =>
        Convert.ToBase64String(
            Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}")
        );

    public void Dispose() => _reading.Dispose();
}
