namespace Vigil.Trust;

/// <summary>How a delivery stands, for the feature that asked for it.</summary>
public enum DeliveryStanding
{
    /// <summary>It is tried until it is received.</summary>
    Waiting,
    Received,

    /// <summary>Given up, discarded, or its webhook is gone.</summary>
    Ended,
}

/// <summary>What became of deliveries. Asked often enough: received ones are forgotten after a while.</summary>
public static class DeliveryStates
{
    public static async Task<DeliveryStanding> OfAsync(Tx tx, Guid delivery)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return await tx.FindAsync<string>(
            "select state from outbox_delivery where tenant = @tenant and id = @delivery",
            new { delivery }
        ) switch
        {
            "Waiting" => DeliveryStanding.Waiting,
            "Delivered" => DeliveryStanding.Received,
            _ => DeliveryStanding.Ended,
        };
    }
}
