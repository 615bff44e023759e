using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// The order of the queue: who may be in danger now first, then what a list knows, then what people say. Age
/// decides among equals, so nothing waits for ever behind its own kind. An order, never a judgement.
/// </summary>
internal static class CasePriority
{
    /// <summary>A child may be in danger now: before everything.</summary>
    public const int Danger = 100;

    public static int Of(
        CaseOrigin origin,
        string surface,
        string decision,
        FlagReason? reason,
        bool isContradiction,
        bool isTest
    )
    {
        if (isTest)
        {
            return 0;
        }
        var value = (origin, decision, reason) switch
        {
            (_, _, FlagReason.ChildInDanger) => 60,
            (_, _, FlagReason.LiveStreaming or FlagReason.Sextortion or FlagReason.Grooming) => 50,
            (_, "block", _) => 40,
            (CaseOrigin.Hand or CaseOrigin.Notice or CaseOrigin.Text, _, _) => 35,
            (CaseOrigin.Match, _, _) => 30,
            (_, _, FlagReason.Other) => 10,
            _ => 25,
        };
        return value + (surface == Surfaces.NameOf(Surface.LiveStream) ? 15 : 0) + (isContradiction ? 5 : 0);
    }
}
