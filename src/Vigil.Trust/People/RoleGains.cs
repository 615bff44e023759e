namespace Vigil.Trust;

/// <summary>
/// A role that reads cases, exports lists or ends holds, gained in solo mode: where two admins would do it, it is asked
/// for, and given when the same is asked for again a day later. Not as long as one person is all there ever was.
/// </summary>
public static class RoleGains
{
    /// <summary>The act that takes the delay, as it stands in the ledger.</summary>
    public const string Action = "person.roles_gained";

    /// <summary>What this person is to have once the delay is over; null: nothing waits.</summary>
    public static async Task<SecondPersonRequest?> WaitingAsync(Tx tx, string pseudonym) =>
        (await SecondPerson.WaitingAsync(tx)).FirstOrDefault(request =>
            request.Action == Action && request.Object.StartsWith($"{pseudonym}:", StringComparison.Ordinal)
        );

    /// <summary>Calls it off. Records itself. False: nothing waits.</summary>
    public static async Task<bool> WithdrawAsync(Tx tx, string pseudonym)
    {
        if (await WaitingAsync(tx, pseudonym) is not { } waiting)
        {
            return false;
        }
        await SecondPerson.WithdrawAsync(tx, Action, waiting.Object, "Withdrawn on the person's page.");
        return true;
    }

    /// <summary>Asks for it, or confirms it once it is ripe.</summary>
    /// <returns>What still waits; null: the roles may be given now.</returns>
    /// <exception cref="SecondPersonException">It is not ripe.</exception>
    internal static async Task<SecondPersonRequest?> DelayAsync(Tx tx, Person person, IEnumerable<Role> roles)
    {
        if (await People.CountAsync(tx) <= 1)
        {
            return null;
        }
        var named = string.Join(',', roles.Distinct().Order());
        var about = $"{person.Pseudonym}:{named}";
        if (await SecondPerson.FindAsync(tx, Action, about) is not { } waiting)
        {
            // Of several wishes for one person the last one counts.
            await WithdrawAsync(tx, person.Pseudonym);
            return await SecondPerson.RequestAsync(tx, Action, about, $"roles: {named}", SoloMode.Delay);
        }
        await SecondPerson.ConfirmAsync(tx, Action, about, waiting.Read);
        return null;
    }
}
