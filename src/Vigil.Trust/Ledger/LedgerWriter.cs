using System.Globalization;
using System.Text;

namespace Vigil.Trust;

/// <summary>
/// Writes canonical rows to <c>ledger_event</c>, in the transaction of what they tell of. The tree that proves
/// them is built over these same rows.
/// </summary>
internal static class LedgerWriter
{
    private const int MaxCanonicalBytes = 16 * 1024;
    private const int MaxReasonCharacters = 200;

    public static async Task<long> WriteAsync(Tx tx, LedgerAct act)
    {
        var canonical = Canonical(tx, act);
        if (canonical.Length > MaxCanonicalBytes)
        {
            throw new InvalidOperationException($"A ledger event has at most {MaxCanonicalBytes} bytes.");
        }
        var seq = await tx.FindAsync<long>(
            """
            insert into ledger_event (tenant, at, actor, action, canonical)
            values (@tenant, @at, @actor, @action, @canonical) returning seq
            """,
            new
            {
                at = tx.Now,
                actor = tx.Actor.Name,
                action = act.Action,
                canonical,
            }
        );
        // Without a position yet: who holds the lease gives it one.
        await tx.ExecuteAsync(
            "insert into ledger_leaf (seq, tenant, subject) values (@seq, @tenant, @subject)",
            new { seq, subject = act.Object }
        );
        return seq;
    }

    /// <summary>
    /// JSON with its members in order of name and no white space, strings and integers as RFC 8785 has them, so
    /// that equal events give equal bytes, here and in any other implementation.
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
        var json = new StringBuilder();
        json.Append("{\"action\":").Append(CanonicalJson.String(act.Action));
        json.Append(",\"actor\":").Append(CanonicalJson.String(tx.Actor.Name));
        json.Append(CultureInfo.InvariantCulture, $",\"at\":{tx.Now.ToUnixTimeMilliseconds()}");
        json.Append(",\"facts\":").Append(CanonicalJson.Object(act.Facts));
        json.Append(",\"object\":").Append(CanonicalJson.String(act.Object));
        if (act.Reason is not null)
        {
            json.Append(",\"reason\":").Append(CanonicalJson.String(act.Reason));
        }
        if (act.Secret is not null)
        {
            var digest = tx.Secrets.Digest("ledger").Of(Encoding.UTF8.GetBytes(act.Secret));
            json.Append(",\"secret\":").Append(CanonicalJson.String(Convert.ToHexStringLower(digest)));
        }
        json.Append(",\"tenant\":").Append(CanonicalJson.String(tx.Tenant.Value)).Append(",\"v\":1}");
        return Encoding.UTF8.GetBytes(json.ToString());
    }
}
