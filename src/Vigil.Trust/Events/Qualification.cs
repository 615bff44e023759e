namespace Vigil.Trust;

/// <summary>What somebody must be qualified for.</summary>
public enum QualificationTrack
{
    /// <summary>Before contents are revealed.</summary>
    Review,

    /// <summary>Before a report is approved or filed.</summary>
    Filing,
}

/// <summary>
/// Question, asked by who reveals or files and answered by training: is the actor qualified for it? Answer:
/// <see cref="Qualification"/>.
/// </summary>
public sealed record QualificationWanted(QualificationTrack Track);

/// <param name="IsQualified">Or this installation asks for none.</param>
/// <param name="Advice">What to do where it is not; for people.</param>
public sealed record Qualification(bool IsQualified, string Advice);
