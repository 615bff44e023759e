namespace Vigil.CyberTip;

/// <summary>Which version of the service's schema a report may use.</summary>
public enum SchemaVersion
{
    /// <summary>As documented in June 2025.</summary>
    V2025 = 1,

    /// <summary>
    /// With the additions that clients of 2026 send (three report annotations, ageAssertionDiscrepancy). Known from
    /// such clients only: use it where the schema fetched from the service has them (<see cref="OfficialSchema"/>).
    /// </summary>
    V2026,
}
