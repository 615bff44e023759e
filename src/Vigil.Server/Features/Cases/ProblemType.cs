namespace Vigil.Server.Features.Cases;

/// <summary>What a case is about. Neutral words; each has a playbook of two halves.</summary>
public enum ProblemType
{
    KnownCsam,
    SuspectedCsam,
    Grooming,
    SelfGenerated,
    SexualExtortion,
    LiveStreaming,
    Trafficking,
    Other,
}
