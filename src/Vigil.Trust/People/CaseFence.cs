namespace Vigil.Trust;

/// <summary>
/// Around who sees granted cases only: investigators, and people of vendors. The grants are in the database, so
/// that an ended one is in force at once.
/// </summary>
/// <param name="PersonId">Whose grants count.</param>
/// <param name="Vendor">And those of this company; null: of none.</param>
internal sealed record CaseFence(Guid PersonId, string? Vendor);
