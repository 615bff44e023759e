namespace Vigil.Server.Features.Cases.Grading;

/// <summary>Why somebody graded so, or disagrees; closed, with text beside it.</summary>
internal enum GradeReason
{
    ByTheFacts,
    AgeFeatures,
    ActivityShown,
    ContextOfTheConversation,
    KnownSeries,
    PoorQuality,
    ArtOrMedicine,
    FamilyPicture,
    Other,
}
