namespace Vigil.Trust;

/// <summary>
/// A tenant's settings: names and short texts, each change an act in the ledger. What a name means stands with
/// the feature that reads it.
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

    /// <summary>Records itself in the ledger.</summary>
    public static async Task SetAsync(Tx tx, string name, string value)
    {
        ArgumentNullException.ThrowIfNull(tx);
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
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["value"] = value },
            }
        );
    }
}
