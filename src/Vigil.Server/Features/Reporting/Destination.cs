namespace Vigil.Server.Features.Reporting;

/// <summary>How a report gets there.</summary>
internal enum DeliveryKind
{
    /// <summary>The CyberTipline's calls, by its filing machine.</summary>
    CyberTip,

    /// <summary>One authenticated call that answers with a number.</summary>
    Call,

    /// <summary>A signed package that a person hands over; its receipt is entered by hand.</summary>
    Package,
}

/// <summary>What is not right, or not there.</summary>
/// <param name="Path">Field, as "incidentSummary.incidentDateTime".</param>
/// <param name="Rule">Stable, for programs.</param>
/// <param name="Text">What to do, for a reviewer.</param>
/// <param name="IsBlocking">It cannot be approved like this; otherwise "cannot supply because" is enough.</param>
internal sealed record DraftFinding(string Path, string Rule, string Text, bool IsBlocking);

/// <summary>What is written for a recipient from a draft: these bytes are approved, and these are sent.</summary>
/// <param name="Document">The main document.</param>
/// <param name="MediaType">As "text/xml".</param>
internal sealed record RenderedReport(byte[] Document, string MediaType);

/// <param name="Field">Of the recipient's form.</param>
/// <param name="Source">Where it comes from in a <see cref="ReportDraft"/>; empty: never supplied.</param>
/// <param name="Note">Why not, or what it means.</param>
internal sealed record FieldCoverage(string Field, string Source, string Note);

/// <summary>An authority or hotline that reports go to.</summary>
internal abstract class Destination
{
    /// <summary>Stable, as "cybertip", "gb-nca".</summary>
    public abstract string Code { get; }

    /// <summary>As people call it; says that there is no affiliation where it is shown.</summary>
    public abstract string Name { get; }

    /// <summary>Whom persons ask about a report, in a sentence.</summary>
    public virtual string Recipient => Name;

    /// <summary>ISO 3166 code of its law.</summary>
    public abstract string Jurisdiction { get; }

    public abstract DeliveryKind Kind { get; }

    /// <summary>Each field of its form.</summary>
    public abstract IReadOnlyList<FieldCoverage> Coverage { get; }

    /// <summary>Everything it would refuse, or that makes it useless to an investigator. Pure.</summary>
    public abstract IReadOnlyList<DraftFinding> Check(ReportDraft draft, DateTimeOffset now);

    /// <summary>Equal drafts give equal bytes. Pure.</summary>
    public abstract RenderedReport Render(ReportDraft draft);
}
