using Vigil.Media;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>What became of the places in a file's metadata.</summary>
public enum PlaceState
{
    /// <summary>It has none.</summary>
    None,
    Shown,

    /// <summary>They were not asked for, or are not for this person.</summary>
    LeftOut,
}

/// <summary>Metadata as it is shown once. Personal data: it goes to the one who asked, and nowhere else.</summary>
public sealed record MetadataView
{
    /// <summary>Parts that say how a file is built and are in each: nothing that somebody put there.</summary>
    private static readonly HashSet<string> OfTheFormat = new(["File", "JFIF"], StringComparer.Ordinal);

    /// <summary>The look's record, which the ledger names.</summary>
    public required Guid ViewId { get; init; }

    /// <summary>In the file's order, without places that were left out.</summary>
    public required IReadOnlyList<MetadataTag> Tags { get; init; }

    public required PlaceState Place { get; init; }

    /// <summary>How many tags of places are not among those here.</summary>
    public required int PlacesLeftOut { get; init; }

    /// <summary>How many are not here because of a limit.</summary>
    public required int LeftOut { get; init; }

    /// <summary>A part of it could not be read.</summary>
    public required bool IsDamaged { get; init; }

    /// <summary>All of it is here, and there is some: the content's exifViewed.</summary>
    public required bool CountsAsViewed { get; init; }

    /// <param name="withPlace">Asked for by somebody who may see it.</param>
    public static MetadataView Of(Guid viewId, FileMetadata read, bool withPlace)
    {
        var places = read.Tags.Count(tag => tag.Group == MetadataGroup.Place);
        var state =
            places == 0 ? PlaceState.None
            : withPlace ? PlaceState.Shown
            : PlaceState.LeftOut;
        return new MetadataView
        {
            ViewId = viewId,
            Tags = [.. read.Tags.Where(tag => withPlace || tag.Group != MetadataGroup.Place)],
            Place = state,
            PlacesLeftOut = withPlace ? 0 : places,
            LeftOut = read.LeftOut,
            IsDamaged = read.IsDamaged,
            CountsAsViewed =
                read.IsWhole
                && state != PlaceState.LeftOut
                && read.Tags.Any(tag => !OfTheFormat.Contains(tag.Source)),
        };
    }
}
