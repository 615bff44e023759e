using System.Text;
using System.Text.Json;

namespace Vigil.Trust;

/// <summary>
/// Writes canonical rows to <c>ledger_event</c>, in the transaction of what they tell of. The tree that proves
/// them is built over these same rows.
/// </summary>
internal static class LedgerWriter
{
    private const int MaxCanonicalBytes = 16 * 1024;
    private const int MaxReasonCharacters = 200;

    public static async Task WriteAsync(Tx tx, LedgerAct act)
    {
        var canonical = Canonical(tx, act);
        if (canonical.Length > MaxCanonicalBytes)
        {
            throw new InvalidOperationException($"A ledger event has at most {MaxCanonicalBytes} bytes.");
        }
        await tx.ExecuteAsync(
            "insert into ledger_event (tenant, at, actor, action, canonical) values (@tenant, @at, @actor, @action, @canonical)",
            new
            {
                at = tx.Now,
                actor = tx.Actor.Name,
                action = act.Action,
                canonical,
            }
        );
    }

    /// <summary>
    /// JSON with its members in order of name and no white space (RFC 8785 for strings and integers), so that
    /// equal events give equal bytes.
    /// </summary>
    private static byte[] Canonical(Tx tx, LedgerAct act)
    {
        if (act.Reason?.Length > MaxReasonCharacters)
        {
            throw new ArgumentException(
                $"A reason has at most {MaxReasonCharacters} characters.",
                nameof(act)
            );
        }
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("action", act.Action);
            json.WriteString("actor", tx.Actor.Name);
            json.WriteNumber("at", tx.Now.ToUnixTimeMilliseconds());
            json.WriteStartObject("facts");
            foreach (var (name, value) in act.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal))
            {
                json.WriteString(name, value);
            }
            json.WriteEndObject();
            json.WriteString("object", act.Object);
            if (act.Reason is not null)
            {
                json.WriteString("reason", act.Reason);
            }
            if (act.Secret is not null)
            {
                var digest = tx.Secrets.Digest("ledger").Of(Encoding.UTF8.GetBytes(act.Secret));
                json.WriteString("secret", Convert.ToHexStringLower(digest));
            }
            json.WriteString("tenant", tx.Tenant.Value);
            json.WriteNumber("v", 1);
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }
}
