using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Vigil.Files;

namespace Vigil.Trust;

/// <summary>
/// What a form carries from one page to the next, sealed, so that nobody can alter it and the server keeps
/// nothing: a passkey's challenge, the secret of an app that is being set up.
/// </summary>
public sealed class Tickets
{
    private readonly ValueSealer _sealer;
    private readonly TimeProvider _time;

    internal Tickets(TenantSecrets secrets, TimeProvider time) =>
        (_sealer, _time) = (secrets.Sealer("ticket"), time);

    public string Seal<T>(string purpose, T value)
    {
        var now = _time.GetUtcNow();
        var plain = JsonSerializer.SerializeToUtf8Bytes(
            new Sealed<T>(
                Guid.CreateVersion7(now),
                (now + PeopleLimits.TicketLife).ToUnixTimeMilliseconds(),
                value
            )
        );
        return Base64Url.EncodeToString(_sealer.Seal(plain, System.Text.Encoding.UTF8.GetBytes(purpose)));
    }

    /// <exception cref="PeopleException">Altered, for another purpose, or too old.</exception>
    public Ticket<T> Open<T>(string purpose, string text)
    {
        try
        {
            var plain = _sealer.Open(
                Base64Url.DecodeFromChars(text),
                System.Text.Encoding.UTF8.GetBytes(purpose)
            );
            var opened = JsonSerializer.Deserialize<Sealed<T>>(plain)!;
            var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(opened.Until);
            if (expiresAt > _time.GetUtcNow())
            {
                return new Ticket<T>(opened.Value, SHA256.HashData(opened.Id.ToByteArray()), expiresAt);
            }
        }
        catch (Exception e)
            when (e is FormatException or SealBrokenException or KeyRingException or JsonException)
        {
            // The same answer as for one that is too old.
        }
        throw new PeopleException("form_expired", "This took too long: begin again.");
    }

    /// <summary>False when it was spent before: a recorded answer cannot be sent twice.</summary>
    internal static async Task<bool> SpendAsync(Tx tx, byte[] digest, DateTimeOffset expiresAt)
    {
        await tx.ExecuteAsync(
            "delete from spent_ticket where tenant = @tenant and expires_at < @now",
            new { now = tx.Now }
        );
        return await tx.ExecuteAsync(
                """
                insert into spent_ticket (tenant, digest, expires_at) values (@tenant, @digest, @expiresAt)
                on conflict (tenant, digest) do nothing
                """,
                new { digest, expiresAt }
            ) == 1;
    }

    private sealed record Sealed<T>(Guid Id, long Until, T Value);
}

/// <param name="Value">What was sealed.</param>
/// <param name="Digest">Tells this ticket from others.</param>
/// <param name="ExpiresAt">Refused after it.</param>
public sealed record Ticket<T>(T Value, byte[] Digest, DateTimeOffset ExpiresAt);
