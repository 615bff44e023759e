using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>
/// The way on after the clock jumped and is right: two persons say so. Who could do it alone could set the clock
/// ahead and have everything destroyed.
/// </summary>
public static class ClockConfirmation
{
    /// <summary>The act that takes two persons.</summary>
    public const string Action = "clock.confirmed";

    /// <exception cref="SecondPersonException">It was asked for already.</exception>
    public static Task<SecondPersonRequest> RequestAsync(Tx tx, string reason)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return SecondPerson.RequestAsync(
            tx,
            Action,
            tx.Tenant.Value,
            Holds.TextOf(reason, "reason"),
            TimeSpan.Zero
        );
    }

    /// <exception cref="SecondPersonException">Nothing waits, not what was read, or it is the same person.</exception>
    /// <exception cref="RetentionException">The clock is not in doubt.</exception>
    public static async Task ApproveAsync(Tx tx, string? read)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var state = await RetentionState.FindAsync(tx);
        if (state is null || state.Trust == ClockTrust.Trusted)
        {
            throw new RetentionException(
                "clock_trusted",
                "The clock is not in doubt: there is nothing to confirm."
            );
        }
        await SecondPerson.ConfirmAsync(tx, Action, tx.Tenant.Value, read);
        state.Anchor(TrustedClock.Now(tx.Kernel.Time));
        (state.PausedSince, state.PausedBecause) = (null, null);
        await state.SaveAsync(tx);
        await tx.ClearAlarmAsync("clock_not_trusted");
        await FilingClock.TrustAsync(tx);
        await tx.RecordAsync(new LedgerAct(Action, tx.Tenant.Value));
    }
}
