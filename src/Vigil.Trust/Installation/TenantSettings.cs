namespace Vigil.Trust;

/// <summary>
/// A tenant's settings: names and short texts, each change an act in the ledger, where what somebody wrote stands as
/// its keyed digest. What a name means stands with the feature that reads it.
/// </summary>
public static class TenantSettings
{
    private const int MaxValueCharacters = 4096;

    public static async Task<string?> FindAsync(Tx tx, string name)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return await tx.FindAsync<string>(
            "select value from setting where tenant = @tenant and name = @name",
            new { name }
        );
    }

    /// <summary>A number or a word of a closed list. Records itself in the ledger, as it stands.</summary>
    public static Task SetAsync(Tx tx, string name, string value) => SetAsync(tx, name, value, value, null);

    /// <summary>
    /// What somebody wrote, a name or an address among it: the ledger has how long it is, and its keyed digest.
    /// </summary>
    public static Task SetTextAsync(Tx tx, string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SetAsync(tx, name, text, $"{text.Length} characters", text);
    }

    /// <summary>Records itself in the ledger.</summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="name">Of the setting.</param>
    /// <param name="value">As it is kept.</param>
    /// <param name="told">What the ledger says of it: nothing that somebody wrote.</param>
    /// <param name="secret">What somebody wrote, of which the ledger has the keyed digest; null: nothing.</param>
    public static async Task SetAsync(Tx tx, string name, string value, string told, string? secret)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length > MaxValueCharacters)
        {
            throw new ArgumentException(
                $"A setting has at most {MaxValueCharacters} characters.",
                nameof(value)
            );
        }
        await tx.ExecuteAsync(
            """
            insert into setting (tenant, name, value, changed_at) values (@tenant, @name, @value, @at)
            on conflict (tenant, name) do update set value = excluded.value, changed_at = excluded.changed_at
            """,
            new
            {
                name,
                value,
                at = tx.Now,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("setting.changed", name)
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["value"] = told },
                Secret = secret,
            }
        );
    }
}
