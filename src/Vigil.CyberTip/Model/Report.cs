using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>A report, as `/submit` takes it. Files and their details follow in calls of their own.</summary>
public sealed record Report : ReportPart
{
    /// <summary>Present: this is a batched report, and most other parts are not allowed.</summary>
    [Wire]
    public BatchedReport? BatchedReport { get; init; }

    /// <summary>What happened and when: all that the service insists on, with a reporter's e-mail.</summary>
    [Wire(Required = true)]
    public required IncidentSummary IncidentSummary { get; init; }

    /// <summary>Where it happened.</summary>
    [Wire]
    public ValueList<InternetDetails> InternetDetails { get; init; } = [];

    /// <summary>An agency that already knows.</summary>
    [Wire]
    public LawEnforcement? LawEnforcement { get; init; }

    /// <summary>Who reports.</summary>
    [Wire(Required = true)]
    public required Reporter Reporter { get; init; }

    /// <summary>Whom the report is about. At most one, except in a batched report.</summary>
    [Wire]
    public ValueList<PersonOrUserReported> PersonOrUserReported { get; init; } = [];

    /// <summary>To whom it was sent or meant.</summary>
    [Wire]
    public ValueList<IntendedRecipient> IntendedRecipient { get; init; } = [];

    /// <summary>Who was harmed.</summary>
    [Wire]
    public ValueList<Victim> Victim { get; init; } = [];

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public string? AdditionalInfo { get; init; }
}

/// <summary>Makes a report a batched one.</summary>
public sealed record BatchedReport : ReportPart
{
    /// <summary>Why reports are batched.</summary>
    [Wire(IsAttribute = true, Required = true)]
    public required BatchedReportReason Reason { get; init; }
}

/// <summary>What happened and when.</summary>
public sealed record IncidentSummary : ReportPart
{
    /// <summary>What kind of incident.</summary>
    [Wire(Required = true)]
    public required IncidentType IncidentType { get; init; }

    /// <summary>Part of the service on which it happened. At most 256 characters.</summary>
    [Wire(MaxLength = 256)]
    public string? Platform { get; init; }

    /// <summary>Why it should be read at once; any text does that. At most 3,000 characters, not blank.</summary>
    [Wire(MaxLength = 3000, NotBlank = true)]
    public string? EscalateToHighPriority { get; init; }

    /// <summary>What else is known of its kind.</summary>
    [Wire]
    public ReportAnnotations? ReportAnnotations { get; init; }

    /// <summary>When it happened. In the past.</summary>
    [Wire(Required = true, Past = true)]
    public required DateTimeOffset IncidentDateTime { get; init; }

    /// <summary>What the time means. At most 3,000 characters.</summary>
    [Wire(MaxLength = 3000)]
    public string? IncidentDateTimeDescription { get; init; }
}

/// <summary>What else is known of an incident's kind. Only "yes" can be said.</summary>
[AnyOrder]
public sealed record ReportAnnotations : ReportPart
{
    /// <summary>Threats to publish intimate pictures.</summary>
    [Wire]
    public bool Sextortion { get; init; }

    /// <summary>CSAM was asked for.</summary>
    [Wire]
    public bool CsamSolicitation { get; init; }

    /// <summary>Between minors.</summary>
    [Wire]
    public bool MinorToMinorInteraction { get; init; }

    /// <summary>Spam.</summary>
    [Wire]
    public bool Spam { get; init; }

    /// <summary>Sadistic exploitation online.</summary>
    [Wire]
    public bool SadisticOnlineExploitation { get; init; }

    /// <summary>For information only. Schema of 2026.</summary>
    [Wire(Since = SchemaVersion.V2026)]
    public bool Informational { get; init; }

    /// <summary>There may be aggravating factors. Schema of 2026.</summary>
    [Wire(Since = SchemaVersion.V2026)]
    public bool PotentialAggravatingFactors { get; init; }

    /// <summary>Used as a means to something else. Schema of 2026.</summary>
    [Wire(Since = SchemaVersion.V2026)]
    public bool InstrumentalUse { get; init; }
}

/// <summary>An agency that already knows.</summary>
public sealed record LawEnforcement : ReportPart
{
    /// <summary>Its name. At most 255 characters.</summary>
    [Wire(Required = true, MaxLength = 255)]
    public required string AgencyName { get; init; }

    /// <summary>Its number for the case. At most 100 characters.</summary>
    [Wire(MaxLength = 100)]
    public string? CaseNumber { get; init; }

    /// <summary>Whom to ask there.</summary>
    [Wire]
    public ContactPerson? OfficerContact { get; init; }

    /// <summary>The incident was reported to it.</summary>
    [Wire]
    public bool? ReportedToLe { get; init; }

    /// <summary>It served legal process of its own country.</summary>
    [Wire]
    public bool? ServedLegalProcessDomestic { get; init; }

    /// <summary>It served legal process of another country.</summary>
    [Wire]
    public InternationalProcess? ServedLegalProcessInternational { get; init; }
}

/// <summary>Legal process of another country.</summary>
public sealed record InternationalProcess : ReportPart
{
    /// <summary>It was served.</summary>
    [Wire(IsText = true, Required = true)]
    public bool? Served { get; init; }

    /// <summary>Country of the agency, two letters.</summary>
    [Wire(IsAttribute = true, Form = TextForm.Country)]
    public string? FleaCountry { get; init; }
}

/// <summary>Who reports.</summary>
public sealed record Reporter : ReportPart
{
    /// <summary>The organisation's reporter; at least one e-mail address.</summary>
    [Wire(Required = true)]
    public required Person ReportingPerson { get; init; }

    /// <summary>Whom an investigator may ask.</summary>
    [Wire]
    public ContactPerson? ContactPerson { get; init; }

    /// <summary>Text that stands in all reports of this organisation.</summary>
    [Wire]
    public string? CompanyTemplate { get; init; }

    /// <summary>Terms of service, or the part that matters.</summary>
    [Wire]
    public string? TermsOfService { get; init; }

    /// <summary>Where legal process is served: a URL of at most 2,083 characters.</summary>
    [Wire(Name = "legalURL", MaxLength = 2083, Form = TextForm.Url)]
    public string? LegalUrl { get; init; }
}
