namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>A destination that takes a signed package, sealed to its key, from a person's hand.</summary>
internal abstract class PackageDestination : FormDestination
{
    public override DeliveryKind Kind => DeliveryKind.Package;

    /// <summary>Files of the case may be in it, when two persons release them on a legal basis.</summary>
    public abstract bool MayTakeMedia { get; }

    /// <summary>It is an authority of each country, and a report names whose.</summary>
    public bool IsOfCountries => Jurisdiction.Length == 0;

    /// <summary>Whose authority an approved document names: ISO 3166 code; empty: none, or there is but one.</summary>
    public virtual string CountryOf(ReadOnlySpan<byte> document) => "";

    /// <summary>How the recipient takes reports, and what of that is not public.</summary>
    public abstract string Delivery { get; }
}
