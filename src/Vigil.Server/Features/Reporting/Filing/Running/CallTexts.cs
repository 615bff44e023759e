using Vigil.CyberTip.Filing;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// What is said of a filing with a destination of one call, where that is something else than with the CyberTipline:
/// nothing expires there, nothing has a Request-ID, and credentials are not checked before they are used.
/// </summary>
internal static class CallTexts
{
    private const string Anew =
        "Set address and credentials anew (/console/destinations): it then goes on by itself.";

    /// <summary>Of an alarm; null: it says the same for all, or the destination is no such one.</summary>
    public static string? Of(Destination? destination, FilingAlarm alarm) =>
        destination is not { Kind: DeliveryKind.Call }
            ? null
            : alarm switch
            {
                FilingAlarm.VeryLate =>
                    "A report was approved more than 20 hours ago and is not filed. Its page says where it stands; "
                        + $"call {destination.Recipient} if it cannot be helped here.",
                FilingAlarm.Blocked =>
                    $"A report to {destination.Code} waits: its address or credentials are refused, not set, not "
                        + $"allowed or ended. {Anew}",
                FilingAlarm.NeedsHuman =>
                    "Whether a report was filed cannot be known from here, and no program can ask. Ask "
                        + $"{destination.Recipient}, with the times of the calls on its page, then decide there; "
                        + "nothing of it is sent until then.",
                _ => null,
            };

    /// <summary>On the page of a filing that waits for credentials.</summary>
    public static string OfCredentials(Destination? destination) =>
        destination is { Kind: DeliveryKind.Call }
            ? $"Address or credentials are refused, not set, not allowed or ended. {Anew}"
            : "The service refuses credentials or address: an admin sets them right and checks them; it then goes on "
                + "by itself.";
}
