using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Vigil.Trust;

/// <summary>
/// Sign-in by the organisation's identity provider: code flow with PKCE, state and nonce. It proves an issuer and
/// a subject, and opens the account that was linked to exactly these by an invitation or by its own person: never
/// one that merely has the same mail address or domain.
/// </summary>
public sealed class SingleSignOn : IDisposable
{
    private const string Purpose = "single sign-on";
    private const int RandomBytes = 32;
    private const int MaxTokenCharacters = 16 * 1024;
    private const int MaxSubjectCharacters = 255;

    /// <summary>Signatures with a public key; "none" and shared secrets are not among them.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.RsaSha384,
        SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.EcdsaSha384,
    ];

    private readonly SingleSignOnOptions _options;
    private readonly TrustKernel _kernel;
    private readonly Provider _provider;
    private readonly JsonWebTokenHandler _tokens = new() { MaximumTokenSizeInBytes = MaxTokenCharacters };

    internal SingleSignOn(SingleSignOnOptions options, TrustKernel kernel, Outbound outbound)
    {
        (_options, _kernel) = (options, kernel);
        _provider = new Provider(options, outbound, kernel.Time);
    }

    /// <summary>Where the browser goes, and the sealed attempt that it brings back.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="redirectUri">Of this installation, as registered with the provider.</param>
    /// <param name="back">Where the person goes on.</param>
    /// <param name="session">For who is inside.</param>
    /// <param name="joining">For who joins.</param>
    /// <param name="cancellation">Stops the wait for the provider.</param>
    /// <exception cref="SignOnException">The provider does not answer.</exception>
    public async Task<(Uri Address, string Ticket)> BeginAsync(
        SignOnPurpose purpose,
        string redirectUri,
        string back,
        Guid? session = null,
        string? joining = null,
        CancellationToken cancellation = default
    )
    {
        var provider = await _provider.FindAsync(cancellation);
        var attempt = new SignOnAttempt
        {
            Purpose = purpose,
            State = NewRandom(),
            Nonce = NewRandom(),
            Verifier = NewRandom(),
            RedirectUri = redirectUri,
            BeganAt = _kernel.Time.GetUtcNow(),
            Return = back,
            SessionId = session,
            Joining = joining,
        };
        return (AddressOf(provider, attempt), _kernel.Tickets.Seal(Purpose, attempt));
    }

    /// <summary>Proves what the browser brought back.</summary>
    /// <param name="ticket">The browser's sealed attempt.</param>
    /// <param name="state">Of the provider's answer.</param>
    /// <param name="code">The same.</param>
    /// <param name="cancellation">Stops the wait for the provider.</param>
    /// <exception cref="SignOnException">It proves nothing; the cause says why.</exception>
    public async Task<ProvedIdentity> ProveAsync(
        string ticket,
        string state,
        string code,
        CancellationToken cancellation = default
    )
    {
        var opened = Open(ticket);
        if (!IsSame(state, opened.Value.State) || code.Length is 0 or > MaxTokenCharacters)
        {
            throw SignOnException.Refused("wrong_state");
        }
        // Before the code goes anywhere: the same answer a second time is refused here, whatever the provider does.
        var isFirst = await _kernel.Db.SystemAsync(
            "sign-in",
            isWrite: true,
            tx => Tickets.SpendAsync(tx, opened.Digest, opened.ExpiresAt),
            cancellation: cancellation
        );
        if (!isFirst)
        {
            throw SignOnException.Refused("replayed");
        }
        var provider = await _provider.FindAsync(cancellation);
        var token = await _provider.RedeemAsync(provider, code, opened.Value, cancellation);
        var claims = await ValidateAsync(provider, token, cancellation);
        return Of(claims, opened);
    }

    private ProvedIdentity Of(JsonWebToken claims, Ticket<SignOnAttempt> opened)
    {
        if (!IsSame(TextOf(claims, "nonce"), opened.Value.Nonce))
        {
            throw SignOnException.Refused("wrong_nonce");
        }
        // OpenID Connect Core, 3.1.3.7: with several audiences the token says for whom it was made.
        if (claims.Audiences.Count() > 1 && TextOf(claims, "azp") != _options.ClientId)
        {
            throw SignOnException.Refused("wrong_party");
        }
        return claims.Subject is { Length: > 0 and <= MaxSubjectCharacters }
            ? new ProvedIdentity(claims.Issuer, claims.Subject, VerifiedAt(claims), opened)
            : throw SignOnException.Refused("no_subject");
    }

    private async Task<JsonWebToken> ValidateAsync(
        OpenIdConnectConfiguration provider,
        string token,
        CancellationToken cancellation
    )
    {
        var result = await _tokens.ValidateTokenAsync(token, RulesOf(provider));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            provider = await _provider.RefreshAsync(cancellation);
            result = await _tokens.ValidateTokenAsync(token, RulesOf(provider));
        }
        return result.IsValid
            ? (JsonWebToken)result.SecurityToken
            : throw SignOnException.Refused(CauseOf(result.Exception));
    }

    private TokenValidationParameters RulesOf(OpenIdConnectConfiguration provider) =>
        new()
        {
            ValidIssuer = _options.Issuer,
            ValidAudience = _options.ClientId,
            ValidAlgorithms = Algorithms,
            IssuerSigningKeys = provider.SigningKeys,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (from, until, _, _) => IsTime(from, until),
        };

    private bool IsTime(DateTime? from, DateTime? until)
    {
        var now = _kernel.Time.GetUtcNow().UtcDateTime;
        return until is { } end
            && now - _options.ClockSkew < end
            && (from is not { } begin || now + _options.ClockSkew > begin);
    }

    /// <summary>Null: nothing by which two factors would be known.</summary>
    private DateTimeOffset? VerifiedAt(JsonWebToken claims)
    {
        var said = claims.Claims.Where(claim => claim.Type is "amr" or "acr").Select(claim => claim.Value);
        var isStrong = said.Any(value => _options.StrongMethods.Contains(value, StringComparer.Ordinal));
        var now = _kernel.Time.GetUtcNow();
        return
            isStrong
            && long.TryParse(
                TextOf(claims, "auth_time"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var seconds
            )
            && seconds < 253_402_300_800
            && DateTimeOffset.FromUnixTimeSeconds(seconds) is var at
            && at <= now + _options.ClockSkew
            ? at < now
                ? at
                : now
            : null;
    }

    private Uri AddressOf(OpenIdConnectConfiguration provider, SignOnAttempt attempt)
    {
        if (
            !Uri.TryCreate(provider.AuthorizationEndpoint, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback)
        )
        {
            throw SignOnException.Unavailable("bad_description");
        }
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(attempt.Verifier)));
        var question = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["scope"] = "openid",
            ["client_id"] = _options.ClientId,
            ["redirect_uri"] = attempt.RedirectUri,
            ["state"] = attempt.State,
            ["nonce"] = attempt.Nonce,
            ["code_challenge"] = challenge,
            ["code_challenge_method"] = "S256",
        };
        if (attempt.Purpose is SignOnPurpose.StepUp or SignOnPurpose.Link)
        {
            question["prompt"] = "login";
            question["max_age"] = "0";
        }
        var query = string.Join(
            '&',
            question.Select(part => $"{part.Key}={Uri.EscapeDataString(part.Value)}")
        );
        return new UriBuilder(address)
        {
            Query = address.Query.Length > 1 ? $"{address.Query[1..]}&{query}" : query,
        }.Uri;
    }

    private Ticket<SignOnAttempt> Open(string ticket)
    {
        try
        {
            return _kernel.Tickets.Open<SignOnAttempt>(Purpose, ticket);
        }
        catch (PeopleException)
        {
            throw SignOnException.Refused("no_attempt");
        }
    }

    private static string CauseOf(Exception? e) =>
        e switch
        {
            SecurityTokenInvalidIssuerException => "wrong_issuer",
            SecurityTokenInvalidAudienceException => "wrong_audience",
            SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException => "expired",
            SecurityTokenNoExpirationException => "no_expiry",
            SecurityTokenSignatureKeyNotFoundException => "unknown_key",
            SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException =>
                "bad_signature",
            _ => "bad_token",
        };

    private static string TextOf(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<object>(claim, out var value)
            ? Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""
            : "";

    private static bool IsSame(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));

    private static string NewRandom() =>
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public void Dispose() => _provider.Dispose();
}
